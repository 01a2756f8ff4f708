import COpenJPEG

/// JPEG 2000 of one component with the reversible wavelet (T.800), through OpenJPEG.
enum JPEG2000Decoder: PixelDecoder {
  /// An empty code block takes no bytes, so the coding sets no bound; head CT comes to about 7.
  static let largestExpansion = 128
  static let alwaysBelieved = 2 << 20
  /// No CT has a larger frame, and OpenJPEG needs 8 bytes and up to 31 passes for each pixel.
  private static let mostSamples = 1 << 22

  static func decode(
    _ codestream: UnsafeRawBufferPointer, _ shape: FrameShape,
    into cells: UnsafeMutableRawBufferPointer, quirks: inout QuirkList
  ) throws(DICOMError) {
    guard shape.samples <= mostSamples else {
      throw DICOMError(
        .imageTooLarge, .pixelData, "a JPEG 2000 frame has more than \(mostSamples) pixels")
    }
    let image = try JPEG2000Header(codestream)
    try shape.check(
      rows: image.rows, columns: image.columns, precision: image.precision, of: "JPEG 2000")
    let length = try JPEG2000TileParts.check(codestream, image)
    // The cell's bits are the same for both signs; the header says how they are to be read.
    if image.isSigned != shape.format.isSigned { quirks.add(.codestreamSign) }
    var frame = copenjpeg_frame(
      columns: UInt32(image.columns), rows: UInt32(image.rows),
      precision: UInt32(image.precision), is_signed: image.isSigned ? 1 : 0)
    var message = [CChar](repeating: 0, count: 120)
    let status = copenjpeg_decode(
      codestream.baseAddress, length, &frame, cells.baseAddress, shape.format.cellBytes, &message,
      message.count)
    switch status {
    case COPENJPEG_OK: break
    case COPENJPEG_NO_MEMORY:
      throw DICOMError(.memoryRefused, .pixelData, "there is not enough memory to decode it")
    case COPENJPEG_MISMATCH:
      throw DICOMError(.jpegMalformed, .pixelData, "the JPEG 2000 image has contradictory headers")
    default:
      let reason = String(
        decoding: message.map(UInt8.init(bitPattern:)).prefix { $0 != 0 }, as: UTF8.self)
      // OpenJPEG has one status for all its failures, and tells this one in words.
      throw DICOMError(
        reason.contains("enough memory") ? .memoryRefused : .jpegMalformed, .pixelData,
        "the JPEG 2000 image is malformed: \(reason.isEmpty ? "no reason given" : reason)")
    }
  }
}
