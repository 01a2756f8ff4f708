import CSV

/// One row of a CSV that one stage writes and another reads: its columns, writer and validator.
package protocol TableRow: Equatable, Sendable {
  /// What a header says about every row, such as the sizes of the pictures; `Void` for most tables.
  associatedtype Form: Sendable

  /// The form that a header speaks of; whether it is the header of that form is checked elsewhere.
  static func form(of header: [String]) -> Form
  static func header(_ form: Form) -> [String]

  /// Position of the column that says what a row is about: a slice's ID, an epoch.
  static var idColumn: Int { get }
  /// Whether two rows may not have the same ID.
  static var hasUniqueIDs: Bool { get }

  /// Reads a row with as many fields as the header.
  ///
  /// - Throws: `IchorError(.badData)` with file and line for a field that is out of its range.
  init(_ row: CSVRow, _ form: Form) throws

  /// The row as text, one field for each column.
  func fields(_ form: Form) -> [String]
}

extension TableRow {
  package static var idColumn: Int { 0 }
  package static var hasUniqueIDs: Bool { true }

  /// The row as the columns' names and its fields.
  package func named(_ form: Form) -> [(name: String, value: String)] {
    zip(Self.header(form), fields(form)).map { (name: $0, value: $1) }
  }
}

extension TableRow where Form == Void {
  package static func form(of header: [String]) {}
}
