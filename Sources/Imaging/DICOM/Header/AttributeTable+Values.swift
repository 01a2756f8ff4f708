extension AttributeTable {
  /// The bytes of a value, after checking its VR where the encoding shows one.
  ///
  /// - Throws: `attributeMissing` where it is absent or empty, `unexpectedVR` where its VR is
  ///   another.
  private func required(
    _ attribute: DICOMAttribute, _ allowed: ValueRepresentation
  ) throws(DICOMError) -> UnsafeRawBufferPointer {
    guard let value = self[attribute] else {
      throw DICOMError(.attributeMissing, attribute, "is absent")
    }
    guard value.length > 0 else { throw DICOMError(.attributeMissing, attribute, "is empty") }
    guard value.vr == nil || value.vr == allowed else {
      throw DICOMError(.unexpectedVR, attribute, "has a VR other than the standard's")
    }
    return bytes(of: value)
  }

  /// A US value of multiplicity one.
  ///
  /// - Throws: `attributeMissing`, `unexpectedVR`, `valueMalformed`.
  func unsigned(_ attribute: DICOMAttribute) throws(DICOMError) -> Int {
    let value = try required(attribute, .us)
    guard value.count == 2 else {
      throw DICOMError(.valueMalformed, attribute, "has \(value.count) bytes instead of 2")
    }
    var cursor = ByteCursor(value, bigEndian: encoding.bigEndian)
    return Int(try cursor.uint16("\(attribute.tag)"))
  }

  /// A DS value of multiplicity one, finite; `nil` where the attribute is absent.
  ///
  /// - Throws: `attributeMissing` where it is empty, `unexpectedVR`, `rescaleInvalid`.
  func decimal(_ attribute: DICOMAttribute) throws(DICOMError) -> Double? {
    if self[attribute] == nil { return nil }
    let value = try required(attribute, .ds)
    guard let number = DecimalString.number(AttributeText.trimmed(value)) else {
      throw DICOMError(.rescaleInvalid, attribute, "is not one finite decimal number")
    }
    return number
  }

  /// All numbers of a DS value; empty where it is empty or malformed, `nil` where it is absent.
  func decimals(_ attribute: DICOMAttribute) -> [Double]? {
    guard let value = self[attribute] else { return nil }
    guard value.length <= AttributeText.longestValue else { return [] }
    return DecimalString.numbers(bytes(of: value)) ?? []
  }

  /// A text value; `nil` where it is absent or empty.
  ///
  /// - Throws: `attributeTooLong`.
  func text(_ attribute: DICOMAttribute, quirks: inout QuirkList) throws(DICOMError) -> String? {
    guard let value = self[attribute] else { return nil }
    guard value.length <= AttributeText.longestValue else {
      throw DICOMError(
        .attributeTooLong, attribute,
        "has \(value.length) bytes, more than \(AttributeText.longestValue)")
    }
    let (text, unchanged) = AttributeText.identifier(bytes(of: value))
    if !unchanged { quirks.add(.identifierUnprintable) }
    return text.isEmpty ? nil : text
  }

  /// Number of Frames; 1 where it is absent.
  ///
  /// - Throws: `unexpectedVR`, `valueMalformed`.
  func frames(quirks: inout QuirkList) throws(DICOMError) -> Int {
    guard let value = self[.numberOfFrames] else { return 1 }
    guard value.vr == nil || value.vr == .is else {
      throw DICOMError(.unexpectedVR, .numberOfFrames, "has a VR other than IS")
    }
    let digits = AttributeText.trimmed(bytes(of: value))
    if digits.isEmpty {
      quirks.add(.numberOfFramesZero)
      return 1
    }
    guard let frames = DecimalString.integer(digits), frames >= 0 else {
      throw DICOMError(.valueMalformed, .numberOfFrames, "is not one integer of at least 0")
    }
    if frames == 0 { quirks.add(.numberOfFramesZero) }
    return max(frames, 1)
  }
}
