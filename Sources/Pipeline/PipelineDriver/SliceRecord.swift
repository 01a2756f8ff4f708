import DurableFiles
import CSV
import Diagnostics
import Foundation
import PipelineConfiguration
import PipelineContract
import Vocabulary

/// Everything the artifacts know about one slice.
package struct SliceRecord {
  /// A row of a table, as name and value in the order of the columns.
  typealias Fields = [(name: String, value: String)]

  package let id: String
  /// The collection whose conversion knows it.
  let collection: SliceCollection
  /// Its row in the index of the conversion; `nil` where it was excluded.
  let converted: Fields?
  let quirks: [Fields]
  let split: Fields?
  /// Name of the source (a network, `merged`) and probabilities by label.
  let predictions: [(name: String, fields: Fields)]
  private let layout: ArtifactLayout

  /// Searches the artifacts that exist.
  ///
  /// Throws `IchorError(.inputMissing)`, which names the files searched, where none knows the ID.
  package init(id: String, in pipeline: Pipeline) throws {
    self.id = id
    layout = pipeline.layout
    var search = SliceSearch(id: id, layout: pipeline.layout)
    var converted: Fields?
    var quirks: [Fields] = []
    var found: SliceCollection?
    for collection in SliceCollection.allCases where found == nil {
      let instance = StageInstance(.convert, collection)
      converted = try search.rows(of: ArtifactLayout.Convert.slices, instance).first
      quirks = try search.rows(of: ArtifactLayout.Convert.quirks, instance, all: true)
      if converted != nil || !quirks.isEmpty { found = collection }
    }
    split = try search.rows(of: ArtifactLayout.Split.slices, StageInstance(.split)).first
    var predictions: [(name: String, fields: Fields)] = []
    for model in pipeline.configuration.trainOrder {
      for name in [ArtifactLayout.Predict.validation, ArtifactLayout.Predict.test] {
        for row in try search.rows(of: name, StageInstance(.predict, model)) {
          predictions.append((model, row))
        }
      }
    }
    for row in try search.rows(of: ArtifactLayout.Merge.probabilities, StageInstance(.merge)) {
      predictions.append(("merged", row))
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
    if let converted {
      for (name, value) in converted where name != SliceSearch.id && !value.isEmpty {
        lines.append("  \(name): \(value)")
      }
    } else {
      lines.append("  not converted")
    }
    for quirk in quirks {
      let fields = quirk.filter { $0.name != SliceSearch.id && !$0.value.isEmpty }
      lines.append("  quirk: " + fields.map { "\($0.name) \($0.value)" }.joined(separator: ", "))
    }
    if let fold = split?.first(where: { $0.name == "fold" })?.value {
      lines.append("  fold: \(fold)")
    }
    let labels = Label.allCases.map(\.rawValue)
    var table = TextTable([""] + labels, rightAligned: Set(1...labels.count))
    let cells = { (fields: Fields) in
      labels.map { label in fields.first { $0.name == label }?.value ?? "" }
    }
    if let split { table.add(["label"] + cells(split)) }
    for prediction in predictions { table.add([prediction.name] + cells(prediction.fields)) }
    if split != nil || !predictions.isEmpty {
      lines += table.text.split(separator: "\n").map { "  \($0)" }
    }
    return lines.joined(separator: "\n")
  }

  /// Writes the slice's pictures, `ID-SIZE.png`, and returns where they are.
  ///
  /// Throws `IchorError`: `.inputMissing` where it was not converted, `.badData` where the index
  /// points outside its shard.
  package func extract(to folder: URL) throws -> [URL] {
    guard let converted else {
      throw IchorError(
        .inputMissing, code: "slice-not-converted", "The slice \(id) has no pictures",
        remedy: "“./ichor show \(id)” says why")
    }
    try DurableFile.createFolder(folder)
    return try SlicePictures(converted, in: layout.directory(StageInstance(.convert, collection)))
      .write(named: id, to: folder)
  }
}
