import CZlib
import PNG

/// The reader makes of any bytes what libpng makes of them, and what the encoder writes is read
/// back.
enum PNGCheck {
  /// An image that claims more than one MiB would only take time.
  private static let most = 1 << 20

  static var seeds: [[UInt8]] {
    PNGFormat.Pixel.allCases.map { pixel in
      let format = PNGFormat(width: 9, height: 7, pixel: pixel)
      return PNGEncoder.encode((0..<format.byteCount).map { UInt8($0 * 5 & 255) }, format)
    }
  }

  static func run(_ bytes: UnsafeRawBufferPointer) {
    let file = Array(bytes)
    compare(file)
    compare(withChecksums(file))
    guard let format = format(file) else { return }
    let content = Array(file.dropFirst(3))
    let repeated = (0..<format.byteCount + format.height).map { content[$0 % content.count] }
    // Rows of any filter in a file that is right otherwise.
    compare(file: repeated, format)
    let pixels = Array(repeated.prefix(format.byteCount))
    precondition(decoded(PNGEncoder.encode(pixels, format), format) == pixels)
  }

  /// A format of up to 64 by 64 pixels, from the first three bytes.
  private static func format(_ file: [UInt8]) -> PNGFormat? {
    guard file.count > 3 else { return nil }
    let kinds = PNGFormat.Pixel.allCases
    return PNGFormat(
      width: 1 + Int(file[0] & 63), height: 1 + Int(file[1] & 63),
      pixel: kinds[Int(file[2]) % kinds.count])
  }

  private static func compare(_ png: [UInt8]) {
    guard let format = try? png.withUnsafeBytes({ try PNGDecoder.format(of: $0) }),
      format.byteCount <= most
    else { return }
    precondition(decoded(png, format) == (try? PNGDecoder.decode(png).pixels))
  }

  private static func decoded(_ png: [UInt8], _ format: PNGFormat) -> [UInt8]? {
    var reader = PNGReader()
    var pixels = [UInt8](repeating: 0, count: format.byteCount)
    let isRead = png.withUnsafeBytes { png in
      pixels.withUnsafeMutableBytes { pixels in
        (try? reader.decode(png, as: format, into: pixels)) != nil
      }
    }
    return isRead ? pixels : nil
  }

  private static func compare(file lines: [UInt8], _ format: PNGFormat) {
    var room = compressBound(UInt(lines.count))
    var stream = [UInt8](repeating: 0, count: Int(room))
    guard compress2(&stream, &room, lines, UInt(lines.count), 1) == Z_OK else { return }
    let whole = PNGEncoder.encode([UInt8](repeating: 0, count: format.byteCount), format)
    let name = Array("IDAT".utf8) + stream.prefix(Int(room))
    let length = UInt32(room)
    let head = whole.prefix(33) + (0..<4).map { UInt8(length >> UInt32(24 - 8 * $0) & 255) }
    compare(withChecksums(head + name + [0, 0, 0, 0] + whole.suffix(12)))
  }

  /// The file with every chunk's checksum put right, as far as its chunks can be followed.
  private static func withChecksums(_ file: [UInt8]) -> [UInt8] {
    var file = file
    var start = 8
    while file.count - start >= 12 {
      let length = file[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= file.count - start - 12 else { break }
      let end = start + 8 + length
      let sum = crc32(0, Array(file[start + 4..<end]), UInt32(length + 4))
      for byte in 0..<4 { file[end + byte] = UInt8(sum >> UInt(24 - 8 * byte) & 255) }
      start = end + 4
    }
    return file
  }
}
