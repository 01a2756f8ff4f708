/// JPEG Lossless, process 14 with any predictor (T.81 annex H), one component.
enum JPEGLosslessDecoder: PixelDecoder {
  /// A pixel takes at least one bit and becomes at most two bytes.
  static let largestExpansion = 16

  static func decode(
    _ codestream: UnsafeRawBufferPointer, _ shape: FrameShape,
    into cells: UnsafeMutableRawBufferPointer, quirks: inout QuirkList
  ) throws(DICOMError) {
    let image = try JPEGLosslessHeader(codestream)
    try shape.check(
      rows: image.rows, columns: image.columns, precision: image.precision, of: "JPEG")
    // Restarts come at the ends of rows only (T.81 H.1.1).
    guard image.restartInterval % shape.columns == 0 else {
      throw DICOMError(
        .jpegMalformed, .pixelData, "a JPEG restart interval is not a whole number of rows")
    }
    // Two rows of values before the point transform is undone: what prediction works on.
    var above = [Int](repeating: 0, count: shape.columns)
    var current = above
    var reader = JPEGBitReader(codestream, from: image.scanOffset)
    let restartRows = image.restartInterval / shape.columns
    for row in 0..<shape.rows {
      var startsAnew = row == 0
      if restartRows > 0, row > 0, row % restartRows == 0 {
        try reader.restart(row / restartRows - 1)
        startsAnew = true
      }
      swap(&above, &current)
      try decodeRow(image, &reader, above: above, into: &current, startsAnew: startsAnew)
      try store(current, row, image, shape, into: cells)
    }
  }

  /// Decodes one row; `startsAnew` for the first one and after a restart (T.81 H.1.2.1).
  private static func decodeRow(
    _ image: JPEGLosslessHeader, _ reader: inout JPEGBitReader, above: [Int],
    into current: inout [Int], startsAnew: Bool
  ) throws(DICOMError) {
    var left = startsAnew ? 1 << (image.precision - image.pointTransform - 1) : above[0]
    var aboveLeft = 0
    for column in current.indices {
      let up = above[column]
      let prediction: Int
      if startsAnew || column == 0 {
        prediction = left
      } else {
        switch image.predictor {
        case 1: prediction = left
        case 2: prediction = up
        case 3: prediction = aboveLeft
        case 4: prediction = left + up - aboveLeft
        case 5: prediction = left + ((up - aboveLeft) >> 1)
        case 6: prediction = up + ((left - aboveLeft) >> 1)
        default: prediction = (left + up) >> 1
        }
      }
      // Differences are modulo 65536 (T.81 H.1.2.1), all terms are below 2^18: no overflow.
      left = (prediction + (try difference(image.table, &reader))) & 0xFFFF
      current[column] = left
      aboveLeft = up
    }
  }

  /// One difference: a category, then its bits (T.81 table H.2, F.2.2.1).
  @inline(__always)
  private static func difference(
    _ table: JPEGHuffmanTable, _ reader: inout JPEGBitReader
  ) throws(DICOMError) -> Int {
    let category = try table.category(&reader)
    if category == 16 { return 32768 }
    if category == 0 { return 0 }
    let bits = try reader.bits(category)
    return bits < 1 << (category - 1) ? bits - (1 << category) + 1 : bits
  }

  private static func store(
    _ values: [Int], _ row: Int, _ image: JPEGLosslessHeader, _ shape: FrameShape,
    into cells: UnsafeMutableRawBufferPointer
  ) throws(DICOMError) {
    let width = shape.format.cellBytes
    var offset = row * shape.columns * width
    for value in values {
      let sample = value << image.pointTransform
      guard sample >> image.precision == 0 else {
        throw DICOMError(.jpegMalformed, .pixelData, "a JPEG pixel has more bits than the image")
      }
      cells[offset] = UInt8(truncatingIfNeeded: sample)
      if width == 2 { cells[offset + 1] = UInt8(truncatingIfNeeded: sample >> 8) }
      offset += width
    }
  }
}
