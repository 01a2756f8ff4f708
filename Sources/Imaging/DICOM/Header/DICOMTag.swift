/// A data element's tag: group and element number (PS3.5 7.1).
public struct DICOMTag: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Group in the upper, element in the lower 16 bits, so that the order of numbers is DICOM's.
  public let code: UInt32

  public init(code: UInt32) { self.code = code }

  public init(group: UInt16, element: UInt16) {
    code = UInt32(group) << 16 | UInt32(element)
  }

  public var group: UInt16 { UInt16(truncatingIfNeeded: code >> 16) }
  public var element: UInt16 { UInt16(truncatingIfNeeded: code) }

  /// `(0028,1052)`, with the attribute's name where it is one that this reader knows.
  public var description: String {
    let number = "(\(Self.hexadecimal(group)),\(Self.hexadecimal(element)))"
    guard let name = DICOMAttribute(rawValue: code)?.name ?? Self.structuralName(code) else {
      return number
    }
    return "\(number) \(name)"
  }

  public static func < (lhs: DICOMTag, rhs: DICOMTag) -> Bool { lhs.code < rhs.code }

  // Sequence structure (PS3.5 7.5).
  static let item = DICOMTag(code: 0xFFFE_E000)
  static let itemDelimitation = DICOMTag(code: 0xFFFE_E00D)
  static let sequenceDelimitation = DICOMTag(code: 0xFFFE_E0DD)
  // File meta information (PS3.10 7.1).
  static let metaGroupLength = DICOMTag(code: 0x0002_0000)
  static let transferSyntaxUID = DICOMTag(code: 0x0002_0010)
  // Where an enhanced object keeps what a slice has at the top level (PS3.3 C.7.6.16).
  static let pixelValueTransformationSequence = DICOMTag(code: 0x0028_9145)
  static let functionalGroups: UInt16 = 0x5200

  private static func structuralName(_ code: UInt32) -> String? {
    switch code {
    case item.code: "Item"
    case itemDelimitation.code: "Item Delimitation Item"
    case sequenceDelimitation.code: "Sequence Delimitation Item"
    case metaGroupLength.code: "File Meta Information Group Length"
    case transferSyntaxUID.code: "Transfer Syntax UID"
    case pixelValueTransformationSequence.code: "Pixel Value Transformation Sequence"
    default: nil
    }
  }

  private static func hexadecimal(_ number: UInt16) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}
