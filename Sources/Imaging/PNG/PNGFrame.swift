import Deflation

/// What surrounds the pixels in a file that this module writes (PNG 1.2, sections 3 and 4): the
/// signature and IHDR, the length and name of the only IDAT, its checksum, and IEND.
enum PNGFrame {
  /// Where the compressed pixels begin.
  static let dataStart = 8 + 25 + 8
  /// Bytes after the compressed pixels.
  static let tailCount = 4 + end.count

  static let dataName: [UInt8] = Array("IDAT".utf8)
  static let end = chunk("IEND", [])

  /// Signature and IHDR, which follow from the format.
  static func head(of format: PNGFormat) -> [UInt8] {
    let bits = UInt8(format.pixel.bytesPerSample * 8)
    let colour: UInt8 = format.pixel.channels == 3 ? 2 : 0
    // Deflate, the five filters, not interlaced.
    let header = word(format.width) + word(format.height) + [bits, colour, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
  }

  /// The CRC-32 of a chunk's name and content, the highest byte first.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    word(Int(CRC32(of: bytes).value))
  }

  /// A number below 2^32, the highest byte first.
  static func word(_ number: Int) -> [UInt8] {
    stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    return word(content.count) + body + body.withUnsafeBytes(checksum)
  }
}
