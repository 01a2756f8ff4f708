extension DICOMHeader {
  /// More samples than any CT has, and no more than 256 MiB as 32-bit numbers.
  static let mostSamples = 1 << 26

  init(
    _ table: AttributeTable, transferSyntax: TransferSyntax, quirks: inout QuirkList
  ) throws(DICOMError) {
    identifiers = DICOMIdentifiers(
      sopInstanceUID: try table.text(.sopInstanceUID, quirks: &quirks),
      patientID: try table.text(.patientID, quirks: &quirks),
      studyInstanceUID: try table.text(.studyInstanceUID, quirks: &quirks),
      seriesInstanceUID: try table.text(.seriesInstanceUID, quirks: &quirks))
    switch table.pixelData {
    case .native(let value): pixelDataLength = value.length
    case .declared(let length): pixelDataLength = length
    case .encapsulated: pixelDataLength = nil
    case nil: throw DICOMError(.pixelDataMissing, .pixelData, "is absent")
    }
    transferSyntaxUID = transferSyntax.uid
    sopClassUID = try table.text(.sopClassUID, quirks: &quirks)
    modality = try table.text(.modality, quirks: &quirks)
    let type = try table.text(.imageType, quirks: &quirks) ?? ""
    imageType = type.isEmpty ? [] : type.split(separator: "\\").map { Self.unpadded($0) }
    hasConversionType = table[.conversionType] != nil
    let photometricName = try table.text(.photometricInterpretation, quirks: &quirks)
    photometric = try Self.photometric(photometricName)
    let samples = try table.unsigned(.samplesPerPixel)
    guard samples == 1 else {
      throw DICOMError(.colour, .samplesPerPixel, "is \(samples): only 1 is supported")
    }
    rows = try table.unsigned(.rows)
    columns = try table.unsigned(.columns)
    guard rows > 0 else { throw DICOMError(.valueOutOfRange, .rows, "is zero") }
    guard columns > 0 else { throw DICOMError(.valueOutOfRange, .columns, "is zero") }
    numberOfFrames = try table.frames(quirks: &quirks)
    guard numberOfFrames <= Self.mostSamples / (rows * columns) else {
      throw DICOMError(
        .imageTooLarge, .numberOfFrames,
        "\(numberOfFrames) frames of \(rows) by \(columns) are more than \(Self.mostSamples) pixels"
      )
    }
    format = try PixelFormat(table)
    rescale = try Rescale(
      table, modality: modality, bitsStored: format.bitsStored, quirks: &quirks)
    windows = Self.windows(table, quirks: &quirks)
    imagePositionPatient = Self.geometry(
      table.decimals(.imagePositionPatient), quirks: &quirks
    ) { $0.count == 3 }
    imageOrientationPatient = Self.geometry(
      table.decimals(.imageOrientationPatient), quirks: &quirks, isUsable: Self.isOrthonormal)
    pixelSpacing = Self.geometry(
      table.decimals(.pixelSpacing), quirks: &quirks
    ) { $0.count == 2 && $0.allSatisfy { $0 > 0 } }
    pixelPaddingValue = Self.padding(table, format)
    if try table.text(.lossyImageCompression, quirks: &quirks) == "01" {
      quirks.add(.lossyCompression)
    }
    // The rule by which RSNA's wrapped group was found: air needs an intercept near -1000.
    if modality == "CT", format.bitsStored == 12, !format.isSigned, rescale.intercept > -100 {
      quirks.add(.wrappedTwelveBit)
    }
  }

  private static func photometric(_ name: String?) throws(DICOMError) -> Photometric {
    guard let name else {
      throw DICOMError(.attributeMissing, .photometricInterpretation, "is absent or empty")
    }
    if let known = Photometric(rawValue: name) { return known }
    // A text that is not a term of the standard may be anything.
    let shown = colours.contains(name) ? name : "not a term of the standard"
    throw DICOMError(
      name == "PALETTE COLOR" ? .paletteColour : .colour, .photometricInterpretation,
      "is \(shown): only MONOCHROME1 and MONOCHROME2 are supported")
  }

  /// The other defined terms, retired ones too (PS3.3 C.7.6.3.1.2).
  private static let colours: Set = [
    "PALETTE COLOR", "RGB", "HSV", "ARGB", "CMYK", "XYB", "YBR_FULL", "YBR_FULL_422",
    "YBR_PARTIAL_422", "YBR_PARTIAL_420", "YBR_ICT", "YBR_RCT",
  ]

  private static func windows(_ table: AttributeTable, quirks: inout QuirkList) -> [Window] {
    let centers = table.decimals(.windowCenter)
    let widths = table.decimals(.windowWidth)
    if centers == nil, widths == nil { return [] }
    guard let centers, let widths, !centers.isEmpty, centers.count == widths.count,
      widths.allSatisfy({ $0 > 0 })
    else {
      quirks.add(.windowInvalid)
      return []
    }
    return zip(centers, widths).map { Window(center: $0, width: $1) }
  }

  private static func geometry(
    _ numbers: [Double]?, quirks: inout QuirkList, isUsable: ([Double]) -> Bool
  ) -> [Double]? {
    guard let numbers else { return nil }
    if isUsable(numbers) { return numbers }
    quirks.add(.geometryInvalid)
    return nil
  }

  /// Two unit vectors at right angles, within the rounding of 16 characters and some slack.
  private static func isOrthonormal(_ cosines: [Double]) -> Bool {
    guard cosines.count == 6, cosines.allSatisfy({ abs($0) <= 1.01 }) else { return false }
    func dot(_ first: Int, _ second: Int) -> Double {
      (0..<3).reduce(0) { $0 + cosines[first + $1] * cosines[second + $1] }
    }
    return abs(dot(0, 0) - 1) < 0.01 && abs(dot(3, 3) - 1) < 0.01 && abs(dot(0, 3)) < 0.01
  }

  private static func padding(_ table: AttributeTable, _ format: PixelFormat) -> Int? {
    guard let value = table[.pixelPaddingValue], value.length == 2,
      value.vr == nil || value.vr == .us || value.vr == .ss
    else { return nil }
    let pair = table.bytes(of: value)
    let cell =
      table.encoding.bigEndian
      ? UInt16(pair[0]) << 8 | UInt16(pair[1]) : UInt16(pair[1]) << 8 | UInt16(pair[0])
    return format.isSigned ? Int(Int16(bitPattern: cell)) : Int(cell)
  }

  private static func unpadded(_ value: Substring) -> String {
    var text = value.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
