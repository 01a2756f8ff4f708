/// Decodes one image after the other, with memory that it keeps: what a thread that reads many wants.
///
/// Images as this module writes them take a short way, which is twice as fast as libpng's: one IDAT
/// chunk, rows without a filter or, of 16 bits, as differences to the left. All others, and all that
/// are damaged, go to libpng, which has the last word.
public struct PNGReader: Sendable {
  private var inflater = Inflater()
  /// Filter byte and row after row, and a margin behind.
  private var scanlines: [UInt8] = []

  public init() {}

  /// Decodes an image of a known format into the caller's buffer.
  ///
  /// - Precondition: `pixels` holds `expected.byteCount` bytes or more.
  /// - Throws: as `PNGDecoder.decode(_:as:into:)`.
  public mutating func decode(
    _ png: UnsafeRawBufferPointer, as expected: PNGFormat,
    into pixels: UnsafeMutableRawBufferPointer
  ) throws(PNGError) {
    precondition(pixels.count >= expected.byteCount, "the buffer holds the expected image")
    if takesShortWay(png, expected, pixels) { return }
    try PNGDecoder.decode(png, as: expected, into: pixels)
  }

  /// Signature, IHDR and the head of IDAT; checksum of IDAT and IEND.
  private static let head = 8 + 25 + 8
  private static let tail = 4 + 12
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Decodes the image if it can; else what stands in `pixels` means nothing.
  mutating func takesShortWay(
    _ png: UnsafeRawBufferPointer, _ format: PNGFormat, _ pixels: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard let bytes = png.bindMemory(to: UInt8.self).baseAddress,
      let target = pixels.bindMemory(to: UInt8.self).baseAddress,
      png.count > Self.head + Self.tail + 6, Self.isHeader(bytes, of: format)
    else { return false }
    let length = Int(Self.word(bytes + 33))
    guard png.count == Self.head + length + Self.tail,
      Self.isChunk("IDAT", bytes + 33), Self.word(bytes + Self.head + length + 4) == 0,
      Self.isChunk("IEND", bytes + Self.head + length + 4),
      // Deflate with a window of up to 32 KiB, without a dictionary.
      bytes[41] & 15 == 8, bytes[41] >> 4 <= 7, bytes[42] & 32 == 0,
      (UInt16(bytes[41]) << 8 | UInt16(bytes[42])) % 31 == 0
    else { return false }
    let count = format.byteCount + format.height
    if scanlines.count < count + Inflater.margin {
      scanlines = [UInt8](repeating: 0, count: count + Inflater.margin)
    }
    return scanlines.withUnsafeMutableBufferPointer { lines in
      guard let lines = lines.baseAddress,
        // The stream stands between two bytes of zlib's header and four of its checksum, which the
        // chunk's own makes superfluous.
        let taken = inflater.inflate(
          bytes + Self.head + 2, end: bytes + png.count, into: lines, count: count),
        taken == length - 6
      else { return false }
      return Self.unfilter(lines, format, into: target)
    }
  }

  private static func word(_ bytes: UnsafePointer<UInt8>) -> UInt32 {
    UInt32(bigEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt32.self))
  }

  /// Whether a whole chunk of this name stands at `bytes`, which hold its length at least.
  private static func isChunk(_ name: StaticString, _ bytes: UnsafePointer<UInt8>) -> Bool {
    let length = Int(word(bytes))
    return (0..<4).allSatisfy { bytes[4 + $0] == name.utf8Start[$0] }
      && CRC32.checksum(bytes + 4, count: length + 4) == word(bytes + 8 + length)
  }

  private static func isHeader(_ bytes: UnsafePointer<UInt8>, of format: PNGFormat) -> Bool {
    signature.indices.allSatisfy { bytes[$0] == signature[$0] }
      && word(bytes + 8) == 13 && isChunk("IHDR", bytes + 8)
      && Int(word(bytes + 16)) == format.width && Int(word(bytes + 20)) == format.height
      && Int(bytes[24]) == format.pixel.bytesPerSample * 8
      && bytes[25] == (format.pixel.channels == 3 ? 2 : 0)
      && bytes[26] == 0 && bytes[27] == 0 && bytes[28] == 0
  }

  private static func unfilter(
    _ lines: UnsafePointer<UInt8>, _ format: PNGFormat, into pixels: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    let count = format.bytesPerRow
    for row in 0..<format.height {
      let line = lines + row * (count + 1) + 1
      let target = pixels + row * count
      switch (line[-1], format.pixel) {
      case (0, .grey8), (0, .rgb8): target.update(from: line, count: count)
      case (1, .grey16): addLeft(line, format.width, into: UnsafeMutableRawPointer(target))
      default: return false
      }
    }
    return true
  }

  /// Undoes the filter Sub of 16-bit grey, of which the high byte stands first.
  private static func addLeft(
    _ line: UnsafePointer<UInt8>, _ width: Int, into target: UnsafeMutableRawPointer
  ) {
    var (high, low): (UInt8, UInt8) = (0, 0)
    for x in 0..<width {
      high &+= line[2 * x]
      low &+= line[2 * x + 1]
      target.storeBytes(
        of: UInt16(high) << 8 | UInt16(low), toByteOffset: 2 * x, as: UInt16.self)
    }
  }
}
