/// Where a value stands; its bounds were checked against the data when it was recorded.
struct AttributeValue {
  let attribute: DICOMAttribute
  /// `nil` in implicit syntaxes.
  let vr: ValueRepresentation?
  let offset: Int
  let length: Int
}

/// The top-level attributes of a data set that the allow-list names, and where Pixel Data stands.
struct AttributeTable {
  /// What Pixel Data looks like from outside.
  enum PixelData {
    case native(AttributeValue)
    case encapsulated(EncapsulatedPixelData)
    /// Only its declaration was read; `nil` for an undefined length.
    case declared(length: Int?)
  }

  let bytes: UnsafeRawBufferPointer
  let encoding: DataSetEncoding
  private(set) var values: [AttributeValue] = []
  var pixelData: PixelData?
  /// Whether a functional group holds a rescale.
  var hasFunctionalGroupRescale = false

  init(_ bytes: UnsafeRawBufferPointer, encoding: DataSetEncoding) {
    self.bytes = bytes
    self.encoding = encoding
  }

  subscript(attribute: DICOMAttribute) -> AttributeValue? {
    values.first { $0.attribute == attribute }
  }

  mutating func record(_ value: AttributeValue) throws(DICOMError) {
    guard self[value.attribute] == nil else {
      throw DICOMError(.duplicateAttribute, value.attribute, "occurs twice at the top level")
    }
    values.append(value)
  }

  func bytes(of value: AttributeValue) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[value.offset..<value.offset + value.length])
  }

  /// The identifiers, as far as they could be read.
  var identifiers: DICOMIdentifiers {
    DICOMIdentifiers(
      sopInstanceUID: readableText(.sopInstanceUID), patientID: readableText(.patientID),
      studyInstanceUID: readableText(.studyInstanceUID),
      seriesInstanceUID: readableText(.seriesInstanceUID))
  }

  private func readableText(_ attribute: DICOMAttribute) -> String? {
    guard let value = self[attribute], value.length <= AttributeText.longestValue else {
      return nil
    }
    let text = AttributeText.identifier(bytes(of: value)).text
    return text.isEmpty ? nil : text
  }
}
