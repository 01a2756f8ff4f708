import CSV
import Diagnostics
import SliceShards
import Vocabulary

/// The `ID` of one row of a label CSV, taken apart: `<image>_<subtype>`, such as `ID_0000f1657_any`.
///
/// Works on bytes: a table has millions of rows. Whatever can be the ID of a slice names an image;
/// the last underscore parts it from the subtype.
package struct LabelRowID {
  /// The image's name: everything before the last underscore.
  package let image: ArraySlice<UInt8>
  /// Position of the label in contract order.
  package let label: Int

  /// Takes the field of a row apart.
  ///
  /// - Throws: `IchorError(.badData)` that names the line for an ID of another form.
  package init(_ row: CSVRow, column: Int) throws {
    switch Self.parse(row.trimmedBytes(of: column)) {
    case .success(let id): self = id
    case .failure(.malformed):
      throw Self.malformed(row, column: column, form: "an ID of the form <image>_<subtype>")
    case .failure(.unknownSubtype):
      let known = Label.allCases.map(\.rawValue).joined(separator: ", ")
      throw IchorError(
        .badData, code: "label-unknown-subtype",
        "“\(row[column])” ends in a subtype that does not exist",
        remedy: "Use one of \(known).", at: row.location)
    }
  }

  static func malformed(_ row: CSVRow, column: Int, form: String) -> IchorError {
    IchorError(
      .badData, code: "label-malformed-id", "“\(row[column].prefix(200))” is not \(form)",
      remedy: "Name the image as its DICOM file does, by up to \(SliceName.longest) letters,"
        + " digits, “.”, “-” and “_”; a row's ID is for instance ID_0000f1657_any.",
      at: row.location)
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

  static func parse(_ bytes: ArraySlice<UInt8>) -> Result<LabelRowID, Refusal> {
    guard let underscore = bytes.lastIndex(of: UInt8(ascii: "_")) else {
      return .failure(.malformed)
    }
    let image = bytes[..<underscore]
    guard SliceName.isUsable(image) else { return .failure(.malformed) }
    let subtype = bytes[(underscore + 1)...]
    guard let label = subtypes.firstIndex(where: { subtype.elementsEqual($0) }) else {
      return .failure(.unknownSubtype)
    }
    return .success(LabelRowID(image: image, label: label))
  }
}
