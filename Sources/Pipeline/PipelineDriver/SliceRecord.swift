import ArtifactTables
import Diagnostics
import DurableFiles
import Foundation
import PipelineConfiguration
import PipelineContract
import Vocabulary

/// Everything the artifacts know about one slice.
package struct SliceRecord {
  package let id: String
  /// The collection whose conversion knows it.
  let collection: SliceCollection
  /// Its row in the index of the conversion and the sizes of its pictures; `nil` where it was
  /// excluded.
  let converted: (row: SliceRow, sizes: [Int])?
  let quirks: [QuirkRow]
  let split: SplitTable.Row?
  /// Its predictions, by what made them: a network, or `merged`.
  let predictions: [(name: String, row: PredictionRow)]
  private let layout: ArtifactLayout

  /// Searches the artifacts that exist.
  ///
  /// - Throws: `IchorError`: `.inputMissing`, which names the files searched, where none has the
  ///   ID, `.badData` where one is damaged.
  package init(id: String, in pipeline: Pipeline) throws {
    self.id = id
    layout = pipeline.layout
    var search = SliceSearch(id: id, layout: pipeline.layout)
    var converted: (row: SliceRow, sizes: [Int])?
    var quirks: [QuirkRow] = []
    var found: SliceCollection?
    for collection in SliceCollection.allCases where found == nil {
      let instance = StageInstance(.convert, collection)
      if let (rows, sizes) = try search.rows(
        SliceRow.self, of: ArtifactLayout.Convert.slices, instance)
      {
        converted = rows.first.map { ($0, sizes) }
      }
      quirks =
        try search.rows(QuirkRow.self, of: ArtifactLayout.Convert.quirks, instance)?.rows ?? []
      if converted != nil || !quirks.isEmpty { found = collection }
    }
    split = try search.rows(
      SplitTable.Row.self, of: ArtifactLayout.Split.slices, StageInstance(.split))?.rows.first
    var predictions: [(name: String, row: PredictionRow)] = []
    func predicted(_ name: String, by model: String, _ instance: StageInstance) throws {
      for row in try search.rows(PredictionRow.self, of: name, instance)?.rows ?? [] {
        predictions.append((model, row))
      }
    }
    for model in pipeline.configuration.trainOrder {
      for name in [ArtifactLayout.Predict.validation, ArtifactLayout.Predict.test] {
        try predicted(name, by: model, StageInstance(.predict, model))
      }
    }
    for name in [ArtifactLayout.Merge.validation, ArtifactLayout.Merge.probabilities] {
      try predicted(name, by: "merged", StageInstance(.merge))
    }
    guard let collection = found ?? (split != nil ? .train : predictions.isEmpty ? nil : .test)
    else { throw search.notFound }
    self.collection = collection
    self.converted = converted
    self.quirks = quirks
    self.predictions = predictions
  }

  package var text: String {
    var lines = ["\(id)  (\(collection.rawValue))"]
    if let (row, sizes) = converted {
      for (name, value) in Self.told(row, sizes) { lines.append("  \(name): \(value)") }
    } else {
      lines.append("  not converted")
    }
    for quirk in quirks {
      let fields = Self.told(quirk, ()).map { "\($0.name) \($0.value)" }
      lines.append("  quirk: " + fields.joined(separator: ", "))
    }
    if let split { lines.append("  fold: \(split.fold)") }
    let labels = Label.allCases.map(\.rawValue)
    var table = TextTable([""] + labels, rightAligned: Set(1...labels.count))
    if let split { table.add(["label"] + split.labels.map { "\($0)" }) }
    for (name, row) in predictions {
      table.add([name] + row.probabilities.map { SignificantDigits.text($0) })
    }
    if split != nil || !predictions.isEmpty {
      lines += table.text.split(separator: "\n").map { "  \($0)" }
    }
    return lines.joined(separator: "\n")
  }

  /// What a row says besides the slice's ID.
  private static func told<Row: TableRow>(
    _ row: Row, _ form: Row.Form
  ) -> [(name: String, value: String)] {
    row.named(form).enumerated().filter { $0.offset != Row.idColumn && !$0.element.value.isEmpty }
      .map(\.element)
  }

  /// Writes the slice's pictures, `ID-SIZE.png`, and returns where they are.
  ///
  /// - Throws: `IchorError`: `.inputMissing` where it was not converted, `.badData` where the index
  ///   points outside its shard, `.cannotCreate` or `.inputOutput` where a picture can't be
  ///   written.
  package func extract(to folder: URL) throws -> [URL] {
    guard let converted else {
      throw IchorError(
        .inputMissing, code: "slice-not-converted", "The slice \(id) has no pictures",
        remedy: "Run “./ichor show \(id)” to see why.")
    }
    try DurableFile.createFolder(folder)
    return try SlicePictures(
      converted.row, sizes: converted.sizes,
      in: layout.directory(StageInstance(.convert, collection))
    ).write(to: folder)
  }
}
