import CSV
import Vocabulary

/// Where a label CSV has its IDs and labels.
enum LabelColumns {
  /// RSNA's form: six rows an image, `ID,Label`.
  case rows(id: Int, label: Int)
  /// One row an image, with a column for each label; positions in contract order.
  case wide(image: Int, labels: [Int])

  /// What a column of images may be called in a wide table of several others.
  private static let imageNames = ["ID", "Image", "SOPInstanceUID", "SOP Instance UID", "filename"]

  /// - Throws: `IchorError(.badData)` with the header found, where it is of neither form.
  init(_ reader: CSVReader) throws {
    let names = Label.allCases.map(\.rawValue)
    guard !reader.has(LabelRowFormat.label), names.allSatisfy({ reader.has($0) }) else {
      self = .rows(
        id: try reader.column(LabelRowFormat.id), label: try reader.column(LabelRowFormat.label))
      return
    }
    let labels = try names.map { try reader.column($0) }
    let others = reader.header.indices.filter { !labels.contains($0) }
    if let only = others.first, others.count == 1 {
      self = .wide(image: only, labels: labels)
    } else {
      let name = Self.imageNames.first { reader.has($0) }
      self = .wide(image: try reader.column(name ?? LabelRowFormat.id), labels: labels)
    }
  }

  /// 0 or 1, also as spreadsheets and data frames write them: `1.0`, `0,0`; `nil` for all else.
  static func binary(_ field: ArraySlice<UInt8>) -> UInt8? {
    let zero = UInt8(ascii: "0")
    guard let digit = field.first, digit == zero || digit == zero + 1 else { return nil }
    let rest = field.dropFirst()
    guard let point = rest.first else { return digit - zero }
    let isPoint = point == UInt8(ascii: ".") || point == UInt8(ascii: ",")
    return isPoint && rest.dropFirst().allSatisfy { $0 == zero } ? digit - zero : nil
  }
}
