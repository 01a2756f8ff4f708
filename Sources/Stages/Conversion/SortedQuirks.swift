import ArtifactTables
import ExternalSorting
import Foundation

/// Collects the rows of `quirks.csv`, which come in any order, and counts them.
final class SortedQuirks {
  private let sorter: ExternalSorter
  private(set) var counts: [QuirkCode: Int] = [:]
  /// Rows of files that are in no shard.
  private(set) var excluded = 0

  var count: Int { sorter.count }

  init(scratch: ScratchFolder) { sorter = ExternalSorter(in: scratch, memory: 1 << 22) }

  func append(_ row: QuirkRow) throws {
    var record = SortableRecord()
    record.append(canonical: row.file)
    record.append(text: row.code.rawValue)
    // Rows that agree so far keep their order.
    record.append(sorter.count)
    for text in [row.file, row.id, row.detail, row.action.rawValue] { record.append(text: text) }
    try sorter.append(record)
    counts[row.code, default: 0] += 1
    if row.action == .excluded { excluded += 1 }
  }

  /// Writes all rows in the order of `QuirkRow.precedes`.
  ///
  /// - Returns: the first.
  func write(to file: URL) throws -> QuirkRow? {
    let writer = try QuirkTableWriter(file: file)
    let records = try sorter.sorted()
    var first: QuirkRow?
    while let record = try records.next() {
      var fields = RecordFields(record)
      _ = try fields.key()
      let code = QuirkCode(rawValue: try fields.text())
      _ = try fields.integer()
      let (file, id, detail) = (try fields.text(), try fields.text(), try fields.text())
      guard let code, let action = QuirkRow.Action(rawValue: try fields.text()) else { continue }
      let row = QuirkRow(file: file, id: id, code: code, detail: detail, action: action)
      first = first ?? row
      try writer.write(row)
    }
    try writer.close()
    return first
  }
}
