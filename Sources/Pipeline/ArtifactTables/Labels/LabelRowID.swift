import CSV
import Diagnostics
import Vocabulary

/// The `ID` of one row of a label CSV, taken apart: `ID_<hex>_<subtype>`.
///
/// Works on bytes: a table has millions of rows. An image is named `ID_<hex>` as in RSNA's data, or
/// by a DICOM UID (digits and dots) where a collection keeps its own.
package struct LabelRowID {
  /// The image's name: everything before the last underscore.
  package let image: ArraySlice<UInt8>
  /// Position of the label in contract order.
  package let label: Int

  /// Takes the field of a row apart.
  ///
  /// - Throws: `IchorError(.badData)` that names the line for an ID of another form.
  package init(_ row: CSVRow, column: Int) throws {
    switch Self.parse(row.bytes(of: column)) {
    case .success(let id): self = id
    case .failure(.malformed):
      throw IchorError(
        .badData, code: "label-malformed-id",
        "“\(row[column])” is not an ID of the form ID_<hex>_<subtype>",
        remedy: "Correct the ID, for instance to ID_0000f1657_any.", at: row.location)
    case .failure(.unknownSubtype):
      let known = Label.allCases.map(\.rawValue).joined(separator: ", ")
      throw IchorError(
        .badData, code: "label-unknown-subtype",
        "“\(row[column])” ends in a subtype that does not exist",
        remedy: "Use one of \(known).", at: row.location)
    }
  }

  private init(image: ArraySlice<UInt8>, label: Int) {
    self.image = image
    self.label = label
  }

  enum Refusal: Error {
    case malformed
    case unknownSubtype
  }

  private static let subtypes = Label.allCases.map { Array($0.rawValue.utf8) }
  private static let prefix = Array("ID_".utf8)

  static func parse(_ bytes: ArraySlice<UInt8>) -> Result<LabelRowID, Refusal> {
    guard let underscore = bytes.lastIndex(of: UInt8(ascii: "_")) else {
      return .failure(.malformed)
    }
    let image = bytes[..<underscore]
    guard isImageID(image) else { return .failure(.malformed) }
    let subtype = bytes[(underscore + 1)...]
    guard let label = subtypes.firstIndex(where: { subtype.elementsEqual($0) }) else {
      return .failure(.unknownSubtype)
    }
    return .success(LabelRowID(image: image, label: label))
  }

  /// Whether the bytes name an image: `ID_` and hexadecimal digits, or a DICOM UID.
  static func isImageID(_ bytes: ArraySlice<UInt8>) -> Bool {
    if bytes.starts(with: prefix) {
      let digits = bytes.dropFirst(prefix.count)
      return !digits.isEmpty && digits.allSatisfy(isHexDigit)
    }
    // PS3.5, 9.1: a UID has at most 64 characters, digits and dots.
    return bytes.count <= 64 && bytes.contains(UInt8(ascii: ".")) && bytes.allSatisfy(isUIDByte)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }

  private static func isUIDByte(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
