extension DataSetEncoding {
  /// The encoding that the first element at `offset` shows, compared with the declared one.
  ///
  /// A known VR at its place means explicit: read as an implicit length, two letters would be at
  /// least 16 KiB. Nothing but the choice between implicit and explicit is ever overruled, and
  /// the walk that follows must then succeed to the last element.
  ///
  /// - Throws: `truncated` where there is no element, `transferSyntaxMismatch` where it fits no
  ///   encoding or not the big-endian one that is declared.
  static func sniff(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, declared: DataSetEncoding?
  ) throws(DICOMError) -> DataSetEncoding {
    var cursor = ByteCursor(bytes, from: offset)
    try cursor.need(8, "the first element of the data set")
    let first = bytes[cursor.offset]
    let second = bytes[cursor.offset + 1]
    if ValueRepresentation(bytes[cursor.offset + 4], bytes[cursor.offset + 5]) != nil {
      // Groups are small numbers, so the byte order that reads the smaller one is right.
      let looksBig = first < second
      let declaredBig = declared.map { $0.bigEndian }
      return DataSetEncoding(implicitVR: false, bigEndian: declaredBig ?? looksBig)
    }
    if declared == .explicitBigEndian {
      throw DICOMError(
        .transferSyntaxMismatch,
        "\(DICOMTag.transferSyntaxUID): explicit VR is declared, but the first element has none")
    }
    let tag = try cursor.tag()
    let length = try cursor.uint32("\(tag)")
    guard length == UInt32.max || Int(length) <= cursor.remaining else {
      throw DICOMError(
        .transferSyntaxMismatch,
        "\(tag): the first element of the data set fits neither implicit nor explicit VR")
    }
    return .implicitLittleEndian
  }
}
