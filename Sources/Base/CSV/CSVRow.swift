import Diagnostics

/// One record of a CSV file: its fields, unquoted, and the line on which it begins.
///
/// Fields stay bytes until they are asked for, so that a scan over millions of rows makes only the
/// strings it needs.
package struct CSVRow: Sendable {
  /// The line of the file on which the record begins, counted from 1.
  package let line: Int
  /// `FILE:LINE`, for error messages.
  package var location: String { "\(file):\(line)" }

  let file: String
  let bytes: [UInt8]
  /// Where each field ends in `bytes`; a field begins where the one before it ends.
  let ends: [Int]

  /// The number of fields; the reader has checked that it equals the header's.
  package var count: Int { ends.count }

  /// The field in a column, counted from 0. The reader has checked that it is valid UTF-8.
  package subscript(column: Int) -> String {
    String(decoding: bytes(of: column), as: UTF8.self)
  }

  /// The field's UTF-8 bytes, without making a string.
  package func bytes(of column: Int) -> ArraySlice<UInt8> {
    bytes[(column == 0 ? 0 : ends[column - 1])..<ends[column]]
  }

  /// The field without the spaces around it.
  package func trimmedBytes(of column: Int) -> ArraySlice<UInt8> {
    let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    var field = bytes(of: column)
    while let last = field.last, isSpace(last) { field.removeLast() }
    return field.drop(while: isSpace)
  }

  var isEmpty: Bool { ends.indices.allSatisfy { trimmedBytes(of: $0).isEmpty } }

  /// The row without empty fields that stand after the last column.
  func trimmed(to columns: Int) -> CSVRow {
    var count = ends.count
    while count > columns, trimmedBytes(of: count - 1).isEmpty { count -= 1 }
    return CSVRow(line: line, file: file, bytes: bytes, ends: Array(ends.prefix(count)))
  }

  /// All fields as strings.
  package var fields: [String] { (0..<count).map { self[$0] } }

  /// The field as an integer.
  ///
  /// - Throws: `IchorError(.badData)` that names the column `name` and the line, for any other
  ///   text.
  package func integer(_ column: Int, name: String) throws -> Int {
    guard let value = Int(self[column]) else { throw bad(column, name: name, wanted: "an integer") }
    return value
  }

  /// The field as a finite number, parsed without a locale.
  ///
  /// - Throws: `IchorError(.badData)` that names the column `name` and the line, for any other
  ///   text.
  package func number(_ column: Int, name: String) throws -> Double {
    guard let value = Double(self[column]), value.isFinite else {
      throw bad(column, name: name, wanted: "a finite number")
    }
    return value
  }

  private func bad(_ column: Int, name: String, wanted: String) -> IchorError {
    IchorError(
      .badData, code: "csv-bad-value",
      "Column “\(name)” holds “\(self[column])”, which is not \(wanted)",
      remedy: "Correct the value in that line.", at: location)
  }
}
