import CSV
import Diagnostics
import Foundation

/// Reads a table row by row.
package final class TableReader<Row: TableRow> {
  package let form: Row.Form
  /// `FILE:LINE` of the row that was read last.
  package private(set) var location: String
  private let reader: CSVReader

  /// Opens a table and checks its header.
  ///
  /// - Throws: `IchorError`: `.inputMissing` where there is no such file, `.badData` with `FILE:1`
  ///   where a column is missing, superfluous or out of place.
  package init(file: URL) throws {
    reader = try CSVReader(file: file)
    location = "\(file.path):1"
    form = Row.form(of: reader.header)
    let expected = Row.header(form)
    guard reader.header != expected else { return }
    if let missing = expected.first(where: { !reader.header.contains($0) }) {
      throw TableFault.error(
        "csv-missing-column", "the header has no column “\(missing)”", at: location)
    }
    throw TableFault.error(
      "csv-wrong-header",
      "the header is “\(reader.header.joined(separator: ","))”,"
        + " expected “\(expected.joined(separator: ","))”", at: location)
  }

  /// The next row, `nil` at the end; repeated IDs go unnoticed.
  ///
  /// - Throws: `IchorError(.badData)` with file and line for a damaged row.
  package func next() throws -> Row? {
    guard let row = try reader.next() else { return nil }
    location = row.location
    return try Row(row, form)
  }

  /// Passes every remaining row to `body`.
  ///
  /// - Throws: `IchorError(.badData)` with file and line for a damaged row, and for an ID that is
  ///   in two rows where IDs are unique; what `body` throws.
  package func forEach(_ body: (Row) throws -> Void) throws {
    var lines: [String: Int] = [:]
    while let row = try reader.next() {
      location = row.location
      if Row.hasUniqueIDs {
        let id = row[Row.idColumn]
        if let first = lines.updateValue(row.line, forKey: id) {
          throw TableFault.error(
            "table-duplicate-id", "\(id) is already in line \(first)", at: row.location)
        }
      }
      try body(Row(row, form))
    }
  }

  /// Every remaining row, checked as by `forEach`.
  ///
  /// - Throws: as `forEach` does.
  package func rows() throws -> [Row] {
    var rows: [Row] = []
    try forEach { rows.append($0) }
    return rows
  }

  /// The rows about one ID; other rows are skipped unread, and where IDs are unique, so is what
  /// follows the first.
  ///
  /// - Throws: `IchorError(.badData)` with file and line for a damaged row.
  package func rows(of id: String) throws -> [Row] {
    let wanted = Array(id.utf8)
    var found: [Row] = []
    while let row = try reader.next() {
      guard row.bytes(of: Row.idColumn).elementsEqual(wanted) else { continue }
      location = row.location
      found.append(try Row(row, form))
      if Row.hasUniqueIDs { break }
    }
    return found
  }
}
