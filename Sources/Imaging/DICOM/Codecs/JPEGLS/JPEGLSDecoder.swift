/// JPEG-LS of one component, lossless or near-lossless (T.87).
///
/// Not left to CharLS, since version 2.4.1 counts to 2^32 where a damaged scan ends inside a code.
/// Near-lossless is read too: T.87 defines its values exactly, so every decoder gives the same.
enum JPEGLSDecoder: PixelDecoder {
  /// A line of one value takes one bit, so the coding sets no bound; head CT comes to about 8.
  static let largestExpansion = 128
  static let alwaysBelieved = 2 << 20

  static func decode(
    _ codestream: UnsafeRawBufferPointer, _ shape: FrameShape,
    into cells: UnsafeMutableRawBufferPointer, quirks: inout QuirkList
  ) throws(DICOMError) {
    let image = try JPEGLSHeader(codestream)
    try shape.check(
      rows: image.rows, columns: image.columns, precision: image.precision, of: "JPEG-LS")
    if image.parameters.near > 0 {
      guard !shape.isLossless else {
        throw DICOMError(
          .jpegMismatch, .pixelData,
          "the JPEG-LS image is near-lossless, but the transfer syntax says lossless")
      }
      quirks.add(.lossyCompression)
    }
    var scan = JPEGLSScan(codestream, from: image.scanOffset, image.parameters)
    // One more value on both sides: what lies left of the first and right of the last column.
    var above = [Int](repeating: 0, count: shape.columns + 2)
    var current = above
    for row in 0..<shape.rows {
      above[shape.columns + 1] = above[shape.columns]
      current[0] = above[1]
      try scan.decodeRow(above: above, into: &current)
      store(current, row, shape, into: cells)
      swap(&above, &current)
    }
    try scan.end()
  }

  private static func store(
    _ values: [Int], _ row: Int, _ shape: FrameShape, into cells: UnsafeMutableRawBufferPointer
  ) {
    let width = shape.format.cellBytes
    var offset = row * shape.columns * width
    for column in 1...shape.columns {
      cells[offset] = UInt8(truncatingIfNeeded: values[column])
      if width == 2 { cells[offset + 1] = UInt8(truncatingIfNeeded: values[column] >> 8) }
      offset += width
    }
  }
}
