import Deflation

/// Decodes one image after the other in memory that it keeps, for a thread that reads many.
///
/// Images as this module writes them take a short way, which is faster than libpng's: libdeflate
/// inflates the only IDAT chunk at once. All others, and all that are damaged, go to libpng, which
/// has the last word.
public struct PNGReader: Sendable {
  private var scanlines: [UInt8] = []

  public init() {}

  /// Decodes an image of a known format into the caller's buffer.
  ///
  /// - Precondition: `pixels` holds `expected.byteCount` bytes or more.
  /// - Throws: `PNGError`, as `PNGDecoder.decode(_:as:into:)`.
  public mutating func decode(
    _ png: UnsafeRawBufferPointer, as expected: PNGFormat,
    into pixels: UnsafeMutableRawBufferPointer
  ) throws(PNGError) {
    precondition(pixels.count >= expected.byteCount, "the buffer holds the expected image")
    if takesShortWay(png, expected, pixels) { return }
    try PNGDecoder.decode(png, as: expected, into: pixels)
  }

  /// Decodes the image if it can; otherwise the content of `pixels` means nothing.
  mutating func takesShortWay(
    _ png: UnsafeRawBufferPointer, _ format: PNGFormat, _ pixels: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard let stream = Self.stream(of: png, format),
      let target = pixels.bindMemory(to: UInt8.self).baseAddress
    else { return false }
    let count = Scanlines.byteCount(of: format)
    if scanlines.count < count { scanlines = [UInt8](repeating: 0, count: count) }
    return scanlines.withUnsafeMutableBufferPointer { lines in
      let room = UnsafeMutableRawBufferPointer(start: lines.baseAddress, count: count)
      guard let lines = lines.baseAddress, ZlibStream.inflate(stream, filling: room) else {
        return false
      }
      return Scanlines.undo(lines, into: target, format)
    }
  }

  /// The compressed pixels of a whole file of exactly this format with a single IDAT.
  private static func stream(
    of png: UnsafeRawBufferPointer, _ format: PNGFormat
  ) -> UnsafeRawBufferPointer? {
    let begin = PNGFrame.dataStart
    let end = png.count - PNGFrame.tailCount
    guard begin < end else { return nil }
    let head = PNGFrame.head(of: format) + PNGFrame.word(end - begin) + PNGFrame.dataName
    let named = UnsafeRawBufferPointer(rebasing: png[begin - 4..<end])
    guard png[..<begin].elementsEqual(head),
      png[end...].elementsEqual(PNGFrame.checksum(named) + PNGFrame.end)
    else { return nil }
    return UnsafeRawBufferPointer(rebasing: png[begin..<end])
  }
}
