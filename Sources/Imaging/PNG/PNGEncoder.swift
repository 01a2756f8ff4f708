/// Encodes images one after the other into buffers, which it keeps.
///
/// What comes out holds IHDR, IDAT and IEND and nothing else: no text, no time, no colour space.
/// Rows of 8-bit samples are not filtered; run lengths take care of air and bone, and between them is
/// noise. Rows of 16-bit samples hold the difference to the sample on the left, byte by byte.
public struct PNGEncoder: Sendable {
  /// Filter byte and row after row, and a margin behind.
  private var scanlines: [UInt8] = []
  private var buffer: [UInt8] = []
  private var deflater = RunLengthDeflater()

  /// Signature, IHDR and the head of IDAT; checksum of IDAT and IEND.
  private static let overhead = 8 + 25 + 8 + 4 + 12

  public init() {}

  /// Encodes an image and lends the PNG's bytes to `body`.
  ///
  /// - Parameter pixels: laid out as `format` says.
  /// - Precondition: `pixels` holds just `format.byteCount` bytes, at most 2^30.
  /// - Throws: what `body` throws.
  public mutating func withPNG<Result>(
    of pixels: UnsafeRawBufferPointer, _ format: PNGFormat,
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    precondition(
      pixels.count == format.byteCount && pixels.count <= 1 << 30,
      "the pixels fill the image that the format describes")
    let count = format.byteCount + format.height
    if scanlines.count < count + RunLengthDeflater.margin {
      scanlines = [UInt8](repeating: 0, count: count + RunLengthDeflater.margin)
    }
    let bound = RunLengthDeflater.bound(count) + Self.overhead
    if buffer.count < bound { buffer = [UInt8](repeating: 0, count: bound) }
    fillScanlines(pixels, format)
    return try buffer.withUnsafeMutableBufferPointer { buffer in
      guard let begin = buffer.baseAddress else { preconditionFailure("the buffer has memory") }
      var target = begin
      for byte in [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] as [UInt8] {
        target.pointee = byte
        target += 1
      }
      target = Self.chunk("IHDR", at: target) { body in
        var end = Self.put(UInt32(format.width), at: body)
        end = Self.put(UInt32(format.height), at: end)
        let bits = UInt8(format.pixel.bytesPerSample * 8)
        // Grey is 0, RGB is 2; then deflate, the five filters, not interlaced.
        for byte in [bits, format.pixel.channels == 3 ? 2 : 0, 0, 0, 0] {
          end.pointee = byte
          end += 1
        }
        return end
      }
      target = Self.chunk("IDAT", at: target) { body in
        scanlines.withUnsafeBufferPointer { lines in
          guard let lines = lines.baseAddress else { return body }
          return body + deflater.deflate(lines, count: count, into: body)
        }
      }
      target = Self.chunk("IEND", at: target) { $0 }
      return try body(UnsafeRawBufferPointer(start: begin, count: target - begin))
    }
  }

  /// Encodes an image into an array of its own.
  public static func encode(_ pixels: [UInt8], _ format: PNGFormat) -> [UInt8] {
    var encoder = PNGEncoder()
    return pixels.withUnsafeBytes { encoder.withPNG(of: $0, format) { [UInt8]($0) } }
  }

  private mutating func fillScanlines(_ pixels: UnsafeRawBufferPointer, _ format: PNGFormat) {
    let length = format.bytesPerRow
    scanlines.withUnsafeMutableBytes { lines in
      for y in 0..<format.height {
        let row = UnsafeRawBufferPointer(rebasing: pixels[y * length..<(y + 1) * length])
        let begin = y * (length + 1)
        let line = UnsafeMutableRawBufferPointer(rebasing: lines[begin + 1..<begin + 1 + length])
        if format.pixel.bytesPerSample == 2 {
          lines[begin] = 1
          Self.subtractLeft(row, format.pixel.channels * 2, into: line)
        } else {
          lines[begin] = 0
          line.copyMemory(from: row)
        }
      }
    }
  }

  /// Filter type 1: each byte less that of the pixel on its left; samples become big-endian.
  private static func subtractLeft(
    _ row: UnsafeRawBufferPointer, _ step: Int, into line: UnsafeMutableRawBufferPointer
  ) {
    let swap = UInt16(1).littleEndian == 1 ? 1 : 0
    for index in 0..<min(step, row.count) { line[index] = row[index ^ swap] }
    guard row.count > step, let source = row.baseAddress, let target = line.baseAddress else {
      return
    }
    for index in step..<row.count {
      let here = source.load(fromByteOffset: index ^ swap, as: UInt8.self)
      let left = source.load(fromByteOffset: (index &- step) ^ swap, as: UInt8.self)
      target.storeBytes(of: here &- left, toByteOffset: index, as: UInt8.self)
    }
  }

  /// Writes length, type, what `content` writes, and checksum; says where the next chunk goes.
  private static func chunk(
    _ type: StaticString, at begin: UnsafeMutablePointer<UInt8>,
    _ content: (UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    let name = begin + 4
    name.update(from: type.utf8Start, count: 4)
    let end = content(name + 4)
    _ = put(UInt32(end - name - 4), at: begin)
    return put(CRC32.checksum(name, count: end - name), at: end)
  }

  /// Writes a number, the highest byte first, and says where the next byte goes.
  private static func put(
    _ number: UInt32, at target: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    for index in 0..<4 {
      target[index] = UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * index))
    }
    return target + 4
  }
}
