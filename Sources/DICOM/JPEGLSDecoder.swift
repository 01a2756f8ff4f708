import CCharLS

/// JPEG-LS of one component, lossless or near-lossless (T.87), through CharLS.
///
/// Near-lossless is read too: T.87 defines its values exactly, every decoder gives the same.
enum JPEGLSDecoder: PixelDecoder {
  /// A line of one value takes a bit, so there is no bound by itself; head CT comes to about 8.
  static let largestExpansion = 128
  static let alwaysBelieved = 2 << 20

  static func decode(
    _ codestream: UnsafeRawBufferPointer, _ shape: FrameShape,
    into cells: UnsafeMutableRawBufferPointer, quirks: inout QuirkList
  ) throws(DICOMError) {
    let image = try JPEGLSHeader(codestream)
    try shape.check(
      rows: image.rows, columns: image.columns, precision: image.precision, of: "JPEG-LS")
    if image.near > 0 {
      guard !shape.isLossless else {
        throw DICOMError(
          .jpegMismatch, .pixelData,
          "the JPEG-LS image is near-lossless, the transfer syntax says lossless")
      }
      quirks.add(.lossyCompression)
    }
    // CharLS writes one byte a sample up to 8 bits, also where a cell has two.
    let width = image.precision > 8 ? 2 : 1
    var frame = ccharls_frame(
      columns: UInt32(image.columns), rows: UInt32(image.rows), precision: Int32(image.precision),
      near: Int32(image.near))
    var message: UnsafePointer<CChar>?
    let status = ccharls_decode(
      codestream.baseAddress, codestream.count, &frame, cells.baseAddress, shape.samples * width,
      &message)
    switch status {
    case CCHARLS_OK: break
    case CCHARLS_NO_MEMORY:
      throw DICOMError(.imageTooLarge, .pixelData, "there is no memory to decode it")
    case CCHARLS_MISMATCH:
      throw DICOMError(.jpegMalformed, .pixelData, "the JPEG-LS image has contradicting headers")
    default:
      throw DICOMError(
        .jpegMalformed, .pixelData,
        "the JPEG-LS image is malformed: \(message.map { String(cString: $0) } ?? "no reason")")
    }
    if width < shape.format.cellBytes {
      for index in stride(from: shape.samples - 1, through: 0, by: -1) {
        cells[2 * index] = cells[index]
        cells[2 * index + 1] = 0
      }
    } else if width == 2 {
      littleEndian(cells)
    }
  }

  /// CharLS writes in host order; nothing to do on a little-endian machine.
  private static func littleEndian(_ cells: UnsafeMutableRawBufferPointer) {
    guard UInt16(1).littleEndian != 1 else { return }
    for index in stride(from: 0, to: cells.count - 1, by: 2) { cells.swapAt(index, index + 1) }
  }
}
