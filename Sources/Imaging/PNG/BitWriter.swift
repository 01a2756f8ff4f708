/// Packs bits from the lowest of each byte on, as deflate wants them (RFC 1951, 3.1.1).
///
/// Writes eight bytes at a time: the memory must have room for seven bytes behind the last.
struct BitWriter {
  private var target: UnsafeMutablePointer<UInt8>
  private var bits: UInt64 = 0
  private var count: UInt64 = 0

  init(_ target: UnsafeMutablePointer<UInt8>) { self.target = target }

  /// - Parameters:
  ///   - value: no bit is set above its `length` lowest.
  ///   - length: at most 32.
  @inline(__always)
  mutating func write(_ value: UInt64, _ length: UInt64) {
    bits |= value &<< count
    count &+= length
    if count >= 32 { flush() }
  }

  /// Fills the last byte with zeros.
  ///
  /// - Returns: where the next byte goes.
  mutating func finish() -> UnsafeMutablePointer<UInt8> {
    count = (count + 7) / 8 * 8
    flush()
    return target
  }

  @inline(__always)
  private mutating func flush() {
    UnsafeMutableRawPointer(target).storeBytes(of: bits.littleEndian, as: UInt64.self)
    target += Int(count &>> 3)
    // At most 63 bits wait, so this never shifts by all 64.
    bits &>>= count & ~7
    count &= 7
  }
}

/// The checksum of a zlib stream (RFC 1950, 9).
struct Adler32 {
  private var first: UInt64 = 1
  private var second: UInt64 = 0

  @inline(__always)
  mutating func add(_ byte: UInt8) {
    first &+= UInt64(byte)
    second &+= first
  }

  /// Adds a byte that stands there several times.
  @inline(__always)
  mutating func add(_ byte: UInt8, times: Int) {
    let (byte, times) = (UInt64(byte), UInt64(times))
    second &+= times &* first &+ byte &* (times &* (times &+ 1) / 2)
    first &+= times &* byte
  }

  /// Keeps the sums small; wanted at least every 2^24 bytes.
  mutating func reduce() {
    first %= 65521
    second %= 65521
  }

  /// - Precondition: `reduce` was the last call.
  var value: UInt32 { UInt32(truncatingIfNeeded: second << 16 | first) }
}
