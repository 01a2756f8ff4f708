import ArtifactTables
import TextTables

/// The rows of a `quirks.csv`, in any order: some 30 bytes per row besides its texts.
struct QuirkStore: Sendable {
  /// The file, the ID and the detail of each row.
  private var texts = PackedTexts()
  private var kinds: [(code: QuirkCode, action: QuirkRow.Action)] = []
  private(set) var tally = QuirkTally()

  var count: Int { kinds.count }

  mutating func append(_ row: QuirkRow) {
    for text in [row.file, row.id, row.detail] { texts.append(text) }
    kinds.append((row.code, row.action))
    tally.add(row.code, row.action)
  }

  subscript(number: Int) -> QuirkRow {
    let (code, action) = kinds[number]
    return QuirkRow(
      file: texts[3 * number], id: texts[3 * number + 1], code: code,
      detail: texts[3 * number + 2], action: action)
  }

  /// The numbers of the rows in the order of `QuirkRow.precedes`; those that agree keep their order.
  func sorted() -> [Int] {
    (0..<count).sorted { first, second in
      if texts.precedesAsString(3 * first, 3 * second) { return true }
      if texts.precedesAsString(3 * second, 3 * first) { return false }
      let codes = (kinds[first].code.rawValue, kinds[second].code.rawValue)
      return codes.0 == codes.1 ? first < second : codes.0 < codes.1
    }
  }
}
