/// One oddity of one source file and what was done about it: a row of `quirks.csv`.
package struct QuirkRow: Equatable, Sendable {
  package enum Action: String, CaseIterable, Sendable {
    /// The file is in no shard.
    case excluded
    /// Converted after a repair of the recipe.
    case repaired
    /// Converted as it is.
    case kept
  }

  /// Relative to the collection's folder.
  package let file: String
  /// SOP Instance UID, empty where the header gave none.
  package let id: String
  package let code: QuirkCode
  /// For people; may be empty.
  package let detail: String
  package let action: Action

  package init(file: String, id: String, code: QuirkCode, detail: String, action: Action) {
    self.file = file
    self.id = id
    self.code = code
    self.detail = detail
    self.action = action
  }

  /// The order of `quirks.csv`: file, then code.
  package static func precedes(_ lhs: QuirkRow, _ rhs: QuirkRow) -> Bool {
    (lhs.file, lhs.code.rawValue) < (rhs.file, rhs.code.rawValue)
  }
}
