import ArtifactTables
import Diagnostics
import DurableFiles
import Foundation
import PipelineContract
import SliceShards
import TextTables

/// Joins the rows of all shards into the tables of the artifact and draws the contact sheet.
struct CollectionIndex {
  private let shards: ShardStaging
  private let count: Int
  private var quirks: QuirkStore

  /// - Parameters:
  ///   - count: how many shards there are; all are finished.
  ///   - quirks: those of the files that the header scan left out.
  init(_ shards: ShardStaging, count: Int, quirks: QuirkStore) {
    self.shards = shards
    self.count = count
    self.quirks = quirks
  }

  /// Writes `slices.csv`, `quirks.csv` and `preview.png` and counts what is in them.
  ///
  /// - Throws: `IchorError(.badData)` where no slice is left, counts are not as expected, or the recipe
  ///   allows no file to be left out.
  mutating func finish(_ recipe: ConversionRecipe, _ summary: inout ConversionSummary) throws {
    try writeSlices(&summary)
    let first = try writeQuirks()
    summary.tally = quirks.tally
    guard summary.slices > 0 else {
      let example = first.map { ", for example \($0.file): \($0.code.rawValue), \($0.detail)" }
      throw IchorError(
        .badData, code: "no-slices",
        "none of the \(quirks.count) files is a CT slice that can be converted\(example ?? "")",
        remedy: "Check that this is the folder you mean.",
        at: file(ArtifactLayout.Convert.quirks).path)
    }
    try recipe.check(summary.quirks)
    try recipe.check(summary, listedIn: file(ArtifactLayout.Convert.quirks))
    let sheet = ContactSheet(
      artifact: shards.folder, sizes: shards.sizes, content: recipe.content)
    let chosen = try rows(ContactSheet.choice(of: summary.slices))
    try DurableFile.write(
      Data(try sheet.png(chosen)), to: file(ArtifactLayout.Convert.preview))
  }

  private func file(_ name: String) -> URL { shards.folder.appendingPathComponent(name) }

  /// - Returns: the first row.
  private func writeQuirks() throws -> QuirkRow? {
    let writer = try QuirkTableWriter(file: file(ArtifactLayout.Convert.quirks))
    let order = quirks.sorted()
    for number in order { try writer.write(quirks[number]) }
    try writer.close()
    return order.first.map { quirks[$0] }
  }

  private mutating func writeSlices(_ summary: inout ConversionSummary) throws {
    let writer = try SliceTableWriter(
      file: file(ArtifactLayout.Convert.slices), sizes: shards.sizes)
    var (series, studies, patients) = (TextIndex(), TextIndex(), TextIndex())
    for number in 0..<count {
      let rows = try shards.rows(number)
      for row in rows.slices {
        try writer.write(row)
        _ = series.insert(canonical: row.series)
        _ = studies.insert(canonical: row.study)
        _ = patients.insert(canonical: row.patient)
      }
      summary.slices += rows.slices.count
      for quirk in rows.quirks { quirks.append(quirk) }
    }
    try writer.close()
    (summary.series, summary.studies, summary.patients) =
      (series.count, studies.count, patients.count)
  }

  /// The rows of `slices.csv` at these indices, which ascend.
  private func rows(_ indices: [Int]) throws -> [SliceRow] {
    let reader = try SliceTableReader(file: file(ArtifactLayout.Convert.slices))
    var chosen: [SliceRow] = []
    var index = 0
    while chosen.count < indices.count, let row = try reader.next() {
      if index == indices[chosen.count] { chosen.append(row) }
      index += 1
    }
    return chosen
  }
}
