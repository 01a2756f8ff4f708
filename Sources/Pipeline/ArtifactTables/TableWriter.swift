import CSV
import Foundation

/// Writes a table row by row; nothing is sure to be on disk before `close()`.
package final class TableWriter<Row: TableRow> {
  private let form: Row.Form
  private let writer: CSVWriter

  /// Creates the file, replacing what is there, and writes the header.
  ///
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the file can't be made.
  package init(file: URL, form: Row.Form) throws {
    self.form = form
    writer = try CSVWriter(file: file, header: Row.header(form))
  }

  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the file can't be written.
  package func write(_ row: Row) throws { try writer.write(row.fields(form)) }

  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the file can't be written.
  package func close() throws { try writer.close() }
}

extension TableWriter where Row.Form == Void {
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the file can't be made.
  package convenience init(file: URL) throws { try self.init(file: file, form: ()) }

  /// Writes a whole table.
  ///
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the file can't be written.
  package static func write(_ rows: some Sequence<Row>, to file: URL) throws {
    let writer = try TableWriter(file: file)
    for row in rows { try writer.write(row) }
    try writer.close()
  }
}
