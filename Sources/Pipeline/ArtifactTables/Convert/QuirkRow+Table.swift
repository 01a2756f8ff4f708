import CSV

/// Row of `convert/COLLECTION/quirks.csv`.
extension QuirkRow: TableRow {
  package static func header(_: Void) -> [String] { ["file", "id", "code", "detail", "action"] }
  package static var idColumn: Int { 1 }
  /// A file can have several oddities, and its ID may be unknown.
  package static var hasUniqueIDs: Bool { false }

  /// - Throws: `IchorError(.badData)` with file and line for a code or action that does not exist.
  package init(_ row: CSVRow, _: Void) throws {
    guard let code = QuirkCode(rawValue: row[2]), let action = Action(rawValue: row[4]) else {
      throw row.fault(
        "csv-bad-value",
        "“\(row[2])” with action “\(row[4])” is not a quirk of this version")
    }
    self.init(file: row[0], id: row[1], code: code, detail: row[3], action: action)
  }

  package func fields(_: Void) -> [String] { [file, id, code.rawValue, detail, action.rawValue] }
}
