/// Steps from one marker segment to the next, as JPEG, JPEG-LS and JPEG 2000 have them.
struct JPEGMarkers {
  /// The name in messages: `JPEG`, `JPEG-LS`, `JPEG 2000`.
  let name: String
  private(set) var cursor: ByteCursor

  init(_ bytes: UnsafeRawBufferPointer, from offset: Int, name: String) {
    cursor = ByteCursor(bytes, from: offset, bigEndian: true)
    self.name = name
  }

  var offset: Int { cursor.offset }

  func malformed(_ message: String) -> DICOMError {
    DICOMError(.jpegMalformed, .pixelData, message)
  }

  /// The next marker, `0xFF01` to `0xFFFE`; fill bytes 0xFF may stand before it.
  ///
  /// - Throws: `DICOMError` where there is none.
  mutating func marker() throws(DICOMError) -> UInt16 {
    guard cursor.remaining >= 2 else { throw malformed("the \(name) codestream is cut short") }
    var marker = try cursor.uint16("a marker")
    while marker == 0xFFFF { marker = 0xFF00 | UInt16(try cursor.uint8("a marker")) }
    guard marker >= 0xFF01 else {
      throw malformed("a \(name) marker is missing at byte \(cursor.offset - 2)")
    }
    return marker
  }

  /// The content of the segment after a marker; steps over it.
  ///
  /// - Throws: `jpegMalformed` where it does not lie inside the codestream.
  mutating func segment() throws(DICOMError) -> ByteCursor {
    guard cursor.remaining >= 2 else { throw malformed("the \(name) codestream is cut short") }
    let length = Int(try cursor.uint16("a segment")) - 2
    guard length >= 0 else { throw malformed("a \(name) segment has a length below 2") }
    guard length <= cursor.remaining else {
      throw malformed("a \(name) segment is longer than the codestream")
    }
    let start = cursor.offset
    try cursor.skip(length, "a segment")
    return ByteCursor(cursor.bytes, from: start, to: start + length, bigEndian: true)
  }
}
