import CPNG

/// Encodes images one after the other into one buffer, which it keeps.
///
/// What comes out holds IHDR, IDAT and IEND and nothing else: no text, no time, no colour space.
/// zlib's run-length strategy without row filters: measured on head CT with three windows at 224,
/// it takes 0.6 ms to write and 0.4 ms to read where the default takes 1.4 ms and 0.4 ms; grey
/// images get smaller too. The level changes nothing under this strategy.
public struct PNGEncoder: Sendable {
  private static let runLengths = cpng_compression(level: 1, strategy: 3, filters: 1)

  private var buffer: [UInt8] = []

  public init() {}

  /// Encodes an image and lends the PNG's bytes to `body`.
  ///
  /// - Parameter pixels: laid out as `format` says.
  /// - Precondition: `pixels` holds just `format.byteCount` bytes.
  /// - Throws: `PNGError.outOfMemory`, and what `body` throws.
  public mutating func withPNG<Result>(
    of pixels: UnsafeRawBufferPointer, _ format: PNGFormat,
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    precondition(
      pixels.count == format.byteCount, "the pixels fill the image that the format describes")
    // deflate never adds more than 5 bytes to 16 KiB stored; chunks add 12 bytes to every 64 KiB.
    let bound = format.byteCount + format.height + (format.byteCount >> 8) + 1024
    if buffer.count < bound { buffer = [UInt8](repeating: 0, count: bound) }
    var layout = cpng_format(
      width: UInt32(format.width), height: UInt32(format.height),
      channels: UInt32(format.pixel.channels), bits: UInt32(format.pixel.bytesPerSample * 8))
    var compression = Self.runLengths
    return try buffer.withUnsafeMutableBufferPointer { buffer in
      var length = 0
      let status = cpng_encode(
        pixels.bindMemory(to: UInt8.self).baseAddress, &layout, &compression, buffer.baseAddress,
        buffer.count, &length)
      guard status == CPNG_OK else { throw PNGError.outOfMemory }
      return try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<length]))
    }
  }

  /// Encodes an image into an array of its own.
  public static func encode(_ pixels: [UInt8], _ format: PNGFormat) throws -> [UInt8] {
    var encoder = PNGEncoder()
    return try pixels.withUnsafeBytes { try encoder.withPNG(of: $0, format) { [UInt8]($0) } }
  }
}
