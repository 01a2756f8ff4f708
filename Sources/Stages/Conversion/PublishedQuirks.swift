import ArtifactTables
import Foundation
import PipelineContract
import SliceShards
import TextTables

/// The rows of `quirks.csv` of the artifact published before, found by file.
struct PublishedQuirks: Sendable {
  private var quirks = QuirkStore()
  private var files = TextIndex()
  /// The last row of each file, and before each row that of the same file; -1 where there is none.
  private var last: [Int] = []
  private var previous: [Int] = []

  /// Reads the table; `nil` where it can't be read.
  init?(artifact: URL) {
    let file = artifact.appendingPathComponent(ArtifactLayout.Convert.quirks)
    do {
      let reader = try QuirkTableReader(file: file)
      while let row = try reader.next() {
        let number = files.insert(row.file)
        if number == last.count { last.append(-1) }
        previous.append(last[number])
        last[number] = quirks.count
        quirks.append(row)
      }
    } catch {
      return nil
    }
  }

  /// The rows of a file, in their order.
  func rows(of file: String) -> [QuirkRow] {
    var rows: [QuirkRow] = []
    var number = files.number(of: file).map { last[$0] } ?? -1
    while number >= 0 {
      rows.append(quirks[number])
      number = previous[number]
    }
    return rows.reversed()
  }
}
