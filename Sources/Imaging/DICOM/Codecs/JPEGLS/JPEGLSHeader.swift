/// The markers before the scan of a JPEG-LS image of one component (T.87 annex C).
struct JPEGLSHeader {
  let precision: Int
  let rows: Int
  let columns: Int
  let parameters: JPEGLSParameters
  /// Where the entropy-coded bits begin.
  let scanOffset: Int

  init(_ bytes: UnsafeRawBufferPointer) throws(DICOMError) {
    var markers = JPEGMarkers(bytes, from: 0, name: "JPEG-LS")
    guard try markers.marker() == 0xFFD8 else {
      throw markers.malformed("the codestream does not begin with a JPEG-LS image")
    }
    var frame: JPEGFrameHeader?
    var preset = JPEGLSParameters.Preset()
    while true {
      let marker = try markers.marker()
      guard marker != 0xFFD8, marker != 0xFFD9, !(0xFFD0...0xFFD7).contains(marker) else {
        throw markers.malformed("the JPEG-LS image has no scan")
      }
      var segment = try markers.segment()
      switch marker {
      case 0xFFF7:
        guard frame == nil else {
          throw markers.malformed("the JPEG-LS image has two frame headers")
        }
        frame = try JPEGFrameHeader(&segment, name: markers.name)
      case 0xFFC0...0xFFCF where marker != 0xFFC4 && marker != 0xFFC8 && marker != 0xFFCC:
        throw DICOMError(.jpegUnsupported, .pixelData, "the codestream is JPEG, but not JPEG-LS")
      case 0xFFDD:
        throw DICOMError(.jpegUnsupported, .pixelData, "the JPEG-LS image has restart intervals")
      case 0xFFF8:
        preset = try Self.preset(&segment)
      case 0xFFDA:
        guard let frame else { throw markers.malformed("a JPEG-LS scan stands before its frame") }
        let near = try Self.near(&segment, frame)
        (precision, rows, columns) = (frame.precision, frame.rows, frame.columns)
        parameters = try JPEGLSParameters(precision: precision, near: near, preset: preset)
        scanOffset = markers.offset
        return
      default: break
      }
    }
  }

  private static func preset(
    _ segment: inout ByteCursor
  ) throws(DICOMError) -> JPEGLSParameters.Preset {
    // The other types are mapping tables and sizes beyond 65535.
    guard try segment.uint8("the JPEG-LS parameters") == 1 else {
      throw DICOMError(
        .jpegUnsupported, .pixelData, "the JPEG-LS image has a mapping table or is oversized")
    }
    var numbers: [Int] = []
    for _ in 0..<5 { numbers.append(Int(try segment.uint16("the JPEG-LS parameters"))) }
    return JPEGLSParameters.Preset(
      largest: numbers[0], thresholds: (numbers[1], numbers[2], numbers[3]), reset: numbers[4])
  }

  /// NEAR of a scan of one component, without mapping table, interleaving or point transform.
  private static func near(
    _ segment: inout ByteCursor, _ frame: JPEGFrameHeader
  ) throws(DICOMError) -> Int {
    var fields: [UInt8] = []
    while segment.remaining > 0 { fields.append(try segment.uint8("the JPEG-LS scan header")) }
    guard fields.count == 6, fields[0] == 1, fields[1] == frame.component, fields[2] == 0,
      fields[4] == 0, fields[5] == 0
    else { throw DICOMError(.jpegMalformed, .pixelData, "the JPEG-LS scan header is malformed") }
    return Int(fields[3])
  }
}
