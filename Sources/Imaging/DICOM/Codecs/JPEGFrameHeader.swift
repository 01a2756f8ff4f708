/// The frame header of an image of one component, the same in JPEG and JPEG-LS (T.81 B.2.2).
struct JPEGFrameHeader {
  let precision: Int
  let rows: Int
  let columns: Int
  let component: UInt8

  /// - Parameter name: `JPEG` or `JPEG-LS`, for messages.
  init(_ segment: inout ByteCursor, name: String) throws(DICOMError) {
    let what = "the \(name) frame header"
    precision = Int(try segment.uint8(what))
    rows = Int(try segment.uint16(what))
    columns = Int(try segment.uint16(what))
    let components = try segment.uint8(what)
    guard components == 1 else {
      throw DICOMError(.jpegMismatch, .pixelData, "the \(name) image has \(components) components")
    }
    component = try segment.uint8(what)
    guard (2...16).contains(precision) else {
      throw DICOMError(
        .jpegMalformed, .pixelData, "the \(name) image has a precision of \(precision) bits")
    }
  }
}
