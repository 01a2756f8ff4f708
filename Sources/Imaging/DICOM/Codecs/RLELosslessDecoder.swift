/// RLE Lossless: one PackBits segment per byte of a cell, most significant first (PS3.5 annex G).
enum RLELosslessDecoder: PixelDecoder {
  /// Two bytes, a count and a value, make at most 128.
  static let largestExpansion = 64
  private static let headerBytes = 64

  static func decode(
    _ codestream: UnsafeRawBufferPointer, _ shape: FrameShape,
    into cells: UnsafeMutableRawBufferPointer, quirks: inout QuirkList
  ) throws(DICOMError) {
    let width = shape.format.cellBytes
    guard shape.format.bitsAllocated >= 8 else {
      throw DICOMError(.valueOutOfRange, .bitsAllocated, "single bits cannot be RLE coded")
    }
    guard codestream.count >= headerBytes else {
      throw DICOMError(
        .rleMalformed, .pixelData,
        "an RLE frame has \(codestream.count) bytes, fewer than its header's \(headerBytes)")
    }
    var cursor = ByteCursor(codestream)
    let segments = try cursor.uint32("the RLE header")
    guard segments == UInt32(width) else {
      throw DICOMError(
        .rleMalformed, .pixelData, "\(segments) RLE segments for cells of \(width) bytes")
    }
    var starts: [Int] = []
    for _ in 0..<width { starts.append(Int(try cursor.uint32("the RLE header"))) }
    starts.append(codestream.count)
    guard starts[0] == headerBytes, zip(starts, starts.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw DICOMError(
        .rleMalformed, .pixelData,
        "the RLE segment offsets do not rise from \(headerBytes) to the end of the fragment")
    }
    for segment in 0..<width {
      let coded = UnsafeRawBufferPointer(
        rebasing: codestream[starts[segment]..<starts[segment + 1]])
      // Segments come most significant first, cells are little endian.
      try unpack(coded, into: cells, from: width - 1 - segment, every: width)
    }
  }

  /// Unpacks PackBits into every `stride`-th byte, as many as fit and no more.
  private static func unpack(
    _ coded: UnsafeRawBufferPointer, into cells: UnsafeMutableRawBufferPointer,
    from first: Int, every stride: Int
  ) throws(DICOMError) {
    var input = 0
    var output = first
    while output < cells.count {
      guard input < coded.count else {
        throw DICOMError(.rleMalformed, .pixelData, "an RLE segment ends before its pixels")
      }
      let control = Int(coded[input])
      input += 1
      if control == 128 { continue }
      let count = control < 128 ? control + 1 : 257 - control
      let needed = control < 128 ? count : 1
      guard needed <= coded.count - input else {
        throw DICOMError(.rleMalformed, .pixelData, "an RLE run crosses the end of its segment")
      }
      guard (cells.count - output + stride - 1) / stride >= count else {
        throw DICOMError(.rleMalformed, .pixelData, "an RLE segment holds more than its pixels")
      }
      let step = control < 128 ? 1 : 0
      for _ in 0..<count {
        cells[output] = coded[input]
        input += step
        output += stride
      }
      input += needed * (1 - step)
    }
    // One byte may pad the segment to an even length, and 128 means nothing.
    let rest = coded[input...].filter { $0 != 128 }
    guard rest.count <= 1 else {
      throw DICOMError(.rleMalformed, .pixelData, "an RLE segment holds more than its pixels")
    }
  }
}
