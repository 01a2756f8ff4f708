import CSV
import Foundation
import Vocabulary

/// `split/slices.csv`: every labelled slice with its patient, study, fold and six labels.
package struct SplitTable: Sendable {
  /// One slice.
  package struct Row: Sendable, Equatable {
    package let id: String
    package let patient: String
    package let study: String
    package let fold: Int
    /// In contract order, each 0 or 1.
    package let labels: [UInt8]

    package init(id: String, patient: String, study: String, fold: Int, labels: [UInt8]) {
      precondition(labels.count == Label.allCases.count, "a slice has six labels")
      self.id = id
      self.patient = patient
      self.study = study
      self.fold = fold
      self.labels = labels
    }
  }

  /// No ID occurs twice.
  package let rows: [Row]

  package init(rows: [Row]) { self.rows = rows }

  /// - Throws: `IchorError`: `.inputMissing` without the file, `.badData` with file and line for a
  ///   malformed one or one that has an ID twice.
  package init(file: URL) throws { rows = try TableReader<Row>(file: file).rows() }

  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the file can't be written.
  package func write(to file: URL) throws { try TableWriter<Row>.write(rows, to: file) }

  /// The slices of one fold: those held out for validation.
  package func heldOut(fold: Int) -> [Row] { rows.filter { $0.fold == fold } }

  /// The slices of all other folds: those trained on.
  package func training(fold: Int) -> [Row] { rows.filter { $0.fold != fold } }
}

extension SplitTable.Row: TableRow {
  private static let columns =
    ["id", "patient", "study", foldColumn] + Label.allCases.map(\.rawValue)
  private static let foldColumn = "fold"

  package static func header(_: Void) -> [String] { columns }

  /// - Throws: `IchorError(.badData)` with file and line for a field that is out of its range.
  package init(_ row: CSVRow, _: Void) throws {
    self.init(
      id: row[0], patient: row[1], study: row[2],
      fold: try row.natural(3, name: Self.foldColumn),
      labels: try Label.allCases.enumerated().map { index, label in
        try row.label(4 + index, name: label.rawValue)
      })
  }

  package func fields(_: Void) -> [String] {
    [id, patient, study, String(fold)] + labels.map { String($0) }
  }
}
