/// Deflates by run lengths and Huffman codes alone (RFC 1950, RFC 1951).
///
/// A byte is a literal, or belongs to a run of its predecessor: matches of distance 1, as zlib's
/// Z_RLE finds them, but without its window, hash and per-byte checks. Every block has Huffman codes
/// of its own. One a thread; keeps its buffers.
struct RunLengthDeflater: Sendable {
  /// Symbols in a block at most; far below what the sums of a Huffman code hold.
  private static let blockTokens = 1 << 16
  /// Bytes behind the input that must be readable.
  static let margin = 16

  /// Literals 0...255; 253 + n stands for a run of n = 3...258.
  private var tokens = [UInt16](repeating: 0, count: blockTokens + 8)
  private var histogram = [UInt32](repeating: 0, count: 512)
  /// Bits to write for each token, and how many they are in the highest byte.
  private var table = [UInt32](repeating: 0, count: 512)
  private var frequencies = [UInt32](repeating: 0, count: 286)
  private var code = HuffmanCode(symbols: 286, limit: 15)
  private var lengthCode = CodeLengthCode()

  init() {}

  /// What the stream of so many bytes takes at most: no code is longer than 15 bits.
  static func bound(_ count: Int) -> Int { 2 * count + (count / blockTokens + 2) * 512 }

  /// Writes a zlib stream.
  ///
  /// - Parameters:
  ///   - bytes: `count` bytes, followed by `margin` more of any value.
  ///   - output: room for `bound(count)` bytes.
  /// - Precondition: `count` is at least 1.
  /// - Returns: the length of the stream.
  mutating func deflate(
    _ bytes: UnsafePointer<UInt8>, count: Int, into output: UnsafeMutablePointer<UInt8>
  ) -> Int {
    precondition(count > 0, "there is something to deflate")
    // RFC 1950: deflate, window of 32 KiB; fastest level, and a check that makes it a multiple of 31.
    output[0] = 0x78
    output[1] = 0x01
    var writer = BitWriter(output + 2)
    var checksum = Adler32()
    var position = 0
    while position < count {
      let used = takeTokens(bytes, &position, count, &checksum)
      writeBlock(used, isLast: position == count, &writer)
    }
    var end = writer.finish()
    for shift in stride(from: 24, through: 0, by: -8) {
      end.pointee = UInt8(truncatingIfNeeded: checksum.value >> UInt32(shift))
      end += 1
    }
    return end - output
  }

  /// Fills `tokens` and `histogram` from `position` on and says how many tokens there are.
  private mutating func takeTokens(
    _ bytes: UnsafePointer<UInt8>, _ position: inout Int, _ count: Int, _ checksum: inout Adler32
  ) -> Int {
    for index in histogram.indices { histogram[index] = 0 }
    return tokens.withUnsafeMutableBufferPointer { tokens in
      histogram.withUnsafeMutableBufferPointer { histogram in
        guard let tokens = tokens.baseAddress, let histogram = histogram.baseAddress else {
          return 0
        }
        let source = UnsafeRawPointer(bytes)
        var index = position
        var used = 0
        var sums = checksum
        @inline(__always) func literal() {
          let value = bytes[index]
          sums.add(value)
          tokens[used] = UInt16(value)
          histogram[Int(value)] &+= 1
          used &+= 1
          index &+= 1
        }
        if index == 0 { literal() }
        while index < count, used < Self.blockTokens {
          // A byte of the difference is 0 where a byte equals the one before it.
          let here = source.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
          let before = source.loadUnaligned(fromByteOffset: index &- 1, as: UInt64.self)
            .littleEndian
          let difference = here ^ before
          if difference & 0xFF_FFFF != 0 || index &+ 3 > count {
            // No run of three begins up to the last byte that differs from its predecessor.
            literal()
            if difference & 0xFF_FF00 != 0, index < count {
              literal()
              if difference & 0xFF_0000 != 0, index < count { literal() }
            }
            continue
          }
          var run = difference.trailingZeroBitCount &>> 3
          if run == 8 {
            let value = UInt64(bytes[index]) &* 0x0101_0101_0101_0101
            while run < 258, index &+ run < count {
              let next = source.loadUnaligned(fromByteOffset: index &+ run, as: UInt64.self)
              let equal = (next.littleEndian ^ value).trailingZeroBitCount &>> 3
              run &+= equal
              if equal < 8 { break }
            }
          }
          run = min(run, 258, count &- index)
          sums.add(bytes[index], times: run)
          tokens[used] = UInt16(truncatingIfNeeded: 253 &+ run)
          histogram[253 &+ run] &+= 1
          used &+= 1
          index &+= run
        }
        sums.reduce()
        checksum = sums
        position = index
        return used
      }
    }
  }

  private mutating func writeBlock(_ used: Int, isLast: Bool, _ writer: inout BitWriter) {
    for symbol in 0..<256 { frequencies[symbol] = histogram[symbol] }
    frequencies[256] = 1
    for symbol in 257..<286 { frequencies[symbol] = 0 }
    for run in 3...258 { frequencies[RunLengths.symbol[run]] += histogram[253 + run] }
    code.build(frequencies)
    for symbol in 0..<256 {
      table[symbol] = UInt32(code.codes[symbol]) | UInt32(code.lengths[symbol]) << 24
    }
    for run in 3...258 {
      let symbol = RunLengths.symbol[run]
      let length = UInt32(code.lengths[symbol])
      // The code, the extra bits, and one bit 0 for distance 1.
      table[253 + run] =
        UInt32(code.codes[symbol]) | UInt32(RunLengths.extra[run]) << length
        | (length + UInt32(RunLengths.extraBits[run]) + 1) << 24
    }
    writer.write(isLast ? 1 : 0, 1)
    writer.write(2, 2)
    lengthCode.write(code.lengths, &writer)
    tokens.withUnsafeBufferPointer { tokens in
      table.withUnsafeBufferPointer { table in
        guard let tokens = tokens.baseAddress, let table = table.baseAddress else { return }
        var local = writer
        for index in 0..<used {
          let entry = table[Int(tokens[index])]
          local.write(UInt64(entry & 0xFF_FFFF), UInt64(entry &>> 24))
        }
        writer = local
      }
    }
    writer.write(UInt64(code.codes[256]), UInt64(code.lengths[256]))
  }
}

/// The symbols of run lengths (RFC 1951, 3.2.5), indexed by the length.
private enum RunLengths {
  static let symbol = lengths.map(\.symbol)
  static let extra = lengths.map(\.extra)
  static let extraBits = lengths.map(\.bits)

  private static let lengths: [(symbol: Int, extra: Int, bits: Int)] = (0...258).map { length in
    if length < 3 { return (0, 0, 0) }
    if length == 258 { return (285, 0, 0) }
    if length < 11 { return (254 + length, 0, 0) }
    // Four symbols for each power of two.
    let bits = (length - 3).bitWidth - (length - 3).leadingZeroBitCount - 3
    let base = (length - 3) >> bits
    return (257 + 4 * bits + base, (length - 3) & (1 << bits - 1), bits)
  }
}
