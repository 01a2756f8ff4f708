import Deflation

/// Encodes images one after the other into buffers that it keeps.
///
/// The result holds IHDR, one IDAT and IEND and nothing else: no text, no time, no colour space.
public struct PNGEncoder: Sendable {
  private var scanlines: [UInt8] = []
  private var buffer: [UInt8] = []
  /// Never used by two encoders at the same time: a copy makes a new one before it writes.
  private nonisolated(unsafe) var compressor = DeflateCompressor()

  public init() {}

  /// Encodes an image and lends the PNG's bytes to `body`.
  ///
  /// - Parameter pixels: laid out as `format` says.
  /// - Precondition: `pixels` holds exactly `format.byteCount` bytes, at most 2^30.
  /// - Throws: only what `body` throws.
  public mutating func withPNG<Result>(
    of pixels: UnsafeRawBufferPointer, _ format: PNGFormat,
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    precondition(
      pixels.count == format.byteCount && pixels.count <= 1 << 30,
      "the pixels fill the image that the format describes")
    if !isKnownUniquelyReferenced(&compressor) { compressor = DeflateCompressor() }
    let count = Scanlines.byteCount(of: format)
    if scanlines.count < count { scanlines = [UInt8](repeating: 0, count: count) }
    let room = PNGFrame.dataStart + DeflateCompressor.bound(count) + PNGFrame.tailCount
    if buffer.count < room { buffer = [UInt8](repeating: 0, count: room) }
    scanlines.withUnsafeMutableBufferPointer { lines in
      guard let lines = lines.baseAddress,
        let pixels = pixels.bindMemory(to: UInt8.self).baseAddress
      else { return }
      Scanlines.fill(lines, from: pixels, format)
    }
    return try buffer.withUnsafeMutableBytes { png in
      let begin = PNGFrame.dataStart
      let length = scanlines.withUnsafeBytes { lines in
        compressor.compress(
          UnsafeRawBufferPointer(rebasing: lines[..<count]),
          into: UnsafeMutableRawBufferPointer(rebasing: png[begin...]))
      }
      png.copyBytes(
        from: PNGFrame.head(of: format) + PNGFrame.word(length) + PNGFrame.dataName)
      let end = begin + length
      let named = UnsafeRawBufferPointer(rebasing: png[begin - 4..<end])
      UnsafeMutableRawBufferPointer(rebasing: png[end...]).copyBytes(
        from: PNGFrame.checksum(named) + PNGFrame.end)
      return try body(
        UnsafeRawBufferPointer(rebasing: png[..<(end + PNGFrame.tailCount)]))
    }
  }

  /// Encodes an image into a new array.
  public static func encode(_ pixels: [UInt8], _ format: PNGFormat) -> [UInt8] {
    var encoder = PNGEncoder()
    return pixels.withUnsafeBytes { encoder.withPNG(of: $0, format) { [UInt8]($0) } }
  }
}
