import CSV
import Diagnostics
import Foundation
import PipelineContract
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

  package static let header = ["id", "patient", "study", "fold"] + Label.allCases.map(\.rawValue)

  package let rows: [Row]

  package init(rows: [Row]) { self.rows = rows }

  /// Reads the file; an error names its line.
  package init(file: URL) throws {
    let reader = try CSVReader(file: file, exact: Self.header)
    var rows: [Row] = []
    var ids: Set<String> = []
    while let row = try reader.next() {
      let labels = try Label.allCases.indices.map { label -> UInt8 in
        let value = try row.integer(4 + label, name: Self.header[4 + label])
        guard value == 0 || value == 1 else {
          throw IchorError(
            .badData, code: "label-not-binary",
            "\(Self.header[4 + label]) of \(row[0]) is \(value), a label is 0 or 1",
            remedy: "Run the split stage again.", at: row.location)
        }
        return UInt8(value)
      }
      guard ids.insert(row[0]).inserted else {
        throw IchorError(
          .badData, code: "split-duplicate-id", "\(row[0]) stands in the split twice",
          remedy: "Run the split stage again.", at: row.location)
      }
      rows.append(
        Row(
          id: row[0], patient: row[1], study: row[2], fold: try row.integer(3, name: "fold"),
          labels: labels))
    }
    self.rows = rows
  }

  package func write(to file: URL) throws {
    let writer = try CSVWriter(file: file, header: Self.header)
    for row in rows {
      try writer.write(
        [row.id, row.patient, row.study, String(row.fold)] + row.labels.map { String($0) })
    }
    try writer.close()
  }

  /// The slices of one fold: those held out for validation.
  package func heldOut(fold: Int) -> [Row] { rows.filter { $0.fold == fold } }

  /// The slices of all other folds: those trained on.
  package func training(fold: Int) -> [Row] { rows.filter { $0.fold != fold } }
}
