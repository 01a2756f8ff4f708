/// The entropy-coded bits of a JPEG scan: stuffed zeros removed, stopping at a marker (T.81 F.2.2.5).
struct JPEGBitReader {
  private let bytes: UnsafeRawBufferPointer
  /// The next byte to take; at a marker, its 0xFF.
  private(set) var offset: Int
  /// Bits taken and not yet used, at the top.
  private var window: UInt64 = 0
  /// How many bits of `window` come from the file; the others are zeros.
  private var available = 0

  init(_ bytes: UnsafeRawBufferPointer, from offset: Int) {
    self.bytes = bytes
    self.offset = offset
  }

  /// Makes at least 32 bits available, or all that are left before a marker or the end.
  @inline(__always)
  private mutating func refill() {
    while available <= 56, offset < bytes.count {
      let byte = bytes[offset]
      if byte == 0xFF {
        guard offset + 1 < bytes.count, bytes[offset + 1] == 0 else { return }
        offset += 1
      }
      offset += 1
      window |= UInt64(byte) &<< UInt64(56 - available)
      available += 8
    }
  }

  /// The next 16 bits without using them, with zeros after the end of the data.
  @inline(__always)
  mutating func peek16() -> Int {
    if available < 32 { refill() }
    return Int(truncatingIfNeeded: window &>> 48)
  }

  /// Uses `count` bits, at most 16.
  ///
  /// - Throws: `jpegMalformed` where the scan does not have them.
  @inline(__always)
  mutating func use(_ count: Int) throws(DICOMError) {
    guard count <= available else {
      throw DICOMError(.jpegMalformed, .pixelData, "the JPEG scan ends before its pixels")
    }
    window &<<= UInt64(count)
    available -= count
  }

  /// The next `count` bits, at most 15, as a number.
  ///
  /// - Throws: `jpegMalformed` where the scan does not have them.
  @inline(__always)
  mutating func bits(_ count: Int) throws(DICOMError) -> Int {
    guard count > 0 else { return 0 }
    let value = peek16() &>> (16 - count)
    try use(count)
    return value
  }

  /// Drops the padding bits before a restart marker, checks it and steps over it.
  ///
  /// - Throws: `jpegMalformed` where it is missing.
  mutating func restart(_ number: Int) throws(DICOMError) {
    refill()
    guard available < 8, offset + 1 < bytes.count, bytes[offset] == 0xFF,
      bytes[offset + 1] == UInt8(0xD0 + number % 8)
    else {
      throw DICOMError(.jpegMalformed, .pixelData, "a JPEG restart marker is missing")
    }
    offset += 2
    window = 0
    available = 0
  }
}
