import Diagnostics
import Foundation

/// A whole CSV file in memory, for tables that are small by nature.
package struct CSVTable: Sendable {
  package let header: [String]
  package let rows: [CSVRow]
  private let columns: [String: Int]
  private let file: String

  /// Reads a file; the parameters and errors are those of `CSVReader`.
  package init(file: URL, required: [String] = [], exact: [String]? = nil) throws {
    let reader = try CSVReader(file: file, required: required, exact: exact)
    var rows: [CSVRow] = []
    while let row = try reader.next() { rows.append(row) }
    self.header = reader.header
    self.rows = rows
    self.columns = Dictionary(
      reader.header.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.file = file.path
  }

  /// The position of a column.
  ///
  /// - Throws: `IchorError(.badData)` that names the missing column.
  package func column(_ name: String) throws -> Int {
    guard let index = columns[name] else {
      throw IchorError(
        .badData, code: "csv-missing-column", "the header has no column \"\(name)\"",
        remedy: "Add the column, or check that this is the right file.", at: "\(file):1")
    }
    return index
  }
}
