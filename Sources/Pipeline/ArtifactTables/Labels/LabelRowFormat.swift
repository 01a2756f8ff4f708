import CSV
import Foundation
import Vocabulary

/// RSNA's format of label files and submissions: `ID,Label`, six rows per image.
package enum LabelRowFormat {
  package static let id = "ID"
  package static let label = "Label"
  package static let header = [id, label]
  /// What tables made from file names have behind the image's ID.
  package static let fileEnding = ".dcm"

  /// RSNA's own order of an image's rows: `any` last.
  package static let order: [Label] = [
    .epidural, .intraparenchymal, .intraventricular, .subarachnoid, .subdural, .any,
  ]

  /// The value in the column `ID`.
  package static func id(_ image: String, _ label: Label) -> String { "\(image)_\(label.rawValue)" }

  /// Whether the rows of all labels were seen, one bit per label.
  static let complete = UInt8((1 << Label.allCases.count) - 1)

  /// The labels of which no row was seen, separated by commas.
  static func missing(in seen: UInt8) -> String {
    Label.allCases.enumerated().filter { seen & (1 << UInt8($0.offset)) == 0 }
      .map(\.element.rawValue).joined(separator: ", ")
  }
}

/// Writes a file of this format; nothing is sure to be on disk before `close()`.
package final class LabelRowWriter {
  private let writer: CSVWriter

  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the file can't be made.
  package init(file: URL) throws {
    writer = try CSVWriter(file: file, header: LabelRowFormat.header)
  }

  /// - Parameter value: a label, 0 or 1, or a probability as text.
  /// - Throws: as `close()` does.
  package func write(_ image: String, _ label: Label, _ value: String) throws {
    try writer.write([LabelRowFormat.id(image, label), value])
  }

  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the file can't be written.
  package func close() throws { try writer.close() }
}
