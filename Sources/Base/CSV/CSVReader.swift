import Diagnostics
import Foundation

/// Reads a CSV file record by record in bounded memory, by RFC 4180.
///
/// The first record is the header; every other one has the same number of fields. Lines end in LF
/// or CRLF, a UTF-8 byte order mark is skipped, and blank lines are allowed only at the end. A
/// record may not be longer than 1 MiB, which bounds what a forgotten quote can swallow.
package final class CSVReader {
  /// The column names of the first record.
  package let header: [String]

  private var scanner: CSVScanner
  private let columns: [String: Int]
  private let dialect: CSVDialect

  /// Opens a file and checks its header.
  ///
  /// - Parameters:
  ///   - required: names that the header must hold, in any order and among others.
  ///   - exact: if not `nil`, the header must be exactly this.
  ///   - dialect: what else than RFC 4180 is read.
  /// - Throws: `IchorError`: `.inputMissing` where the file does not exist or may not be opened,
  ///   `.inputOutput` where it cannot be read, `.badData` with `FILE:1` where the header is not as
  ///   required.
  package init(
    file: URL, required: [String] = [], exact: [String]? = nil, dialect: CSVDialect = .strict
  )
    throws
  {
    self.dialect = dialect
    var scanner = try CSVScanner(file: file, dialect: dialect)
    guard let first = try scanner.next() else {
      throw scanner.error("csv-no-header", "The file is empty", line: 1)
    }
    var names = first.fields
    if dialect == .foreign {
      names = names.map { $0.trimmingCharacters(in: .whitespaces) }
      while names.last == "" { names.removeLast() }
    }
    header = names
    let keys = names.map { Self.key($0, dialect) }
    columns = Dictionary(
      keys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.scanner = scanner
    // Columns without a name can't be mistaken for one another by those who ask for names.
    let named = dialect == .foreign ? keys.filter { $0 != "" } : keys
    guard Set(named).count == named.count else {
      throw scanner.error("csv-duplicate-column", "The header names a column twice", line: 1)
    }
    if let exact, header != exact {
      throw scanner.error(
        "csv-wrong-header",
        "The header is “\(header.joined(separator: ","))”,"
          + " but “\(exact.joined(separator: ","))” is expected",
        line: 1)
    }
    for name in required { _ = try column(name) }
  }

  /// The position of a column.
  ///
  /// - Throws: `IchorError(.badData)` that names the missing column.
  package func column(_ name: String) throws -> Int {
    guard let index = columns[Self.key(name, dialect)] else {
      let found = header.joined(separator: ",").prefix(200)
      throw scanner.error(
        "csv-missing-column", "The header has no column “\(name)”; it is “\(found)”", line: 1)
    }
    return index
  }

  /// Whether there is a column of that name.
  package func has(_ name: String) -> Bool { columns[Self.key(name, dialect)] != nil }

  private static func key(_ name: String, _ dialect: CSVDialect) -> String {
    dialect == .foreign ? name.lowercased() : name
  }

  /// The next record, `nil` at the end.
  ///
  /// - Throws: `IchorError`: `.badData` with `FILE:LINE` for a record that is malformed or differs
  ///   from the header in its number of fields, `.inputOutput` where the file cannot be read.
  package func next() throws -> CSVRow? {
    guard var row = try scanner.next() else { return nil }
    if dialect == .foreign {
      while row.isEmpty {
        guard let next = try scanner.next() else { return nil }
        row = next
      }
      row = row.trimmed(to: header.count)
    }
    guard row.count == header.count else {
      throw scanner.error(
        "csv-field-count", "The line has \(row.count) fields, but the header has \(header.count)",
        line: row.line)
    }
    return row
  }
}
