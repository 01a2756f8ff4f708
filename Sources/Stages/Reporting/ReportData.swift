import ArtifactTables
import Diagnostics
import Foundation
import Metrics
import PipelineConfiguration
import PipelineContract
import Vocabulary

/// Everything the report shows, read from the artifacts through their contract.
struct ReportData {
  /// One trained network.
  struct Model {
    let name: String
    let parameters: TrainParameters
    let history: TrainingHistory
    /// On the held-out fold, in its order.
    let validation: PredictionTable
    let scores: MergeMetrics.Scores
    /// What correcting its probabilities for the training's draws does.
    let calibration: PriorCalibration
  }

  /// One converted collection.
  struct Converted {
    let collection: SliceCollection
    let artifact: URL
    let slices: SliceTable
    let quirks: [QuirkRow]
    /// The contact sheet, a PNG.
    let preview: Data?
  }

  /// One instance that ran.
  struct Run {
    let instance: StageInstance
    let record: RunRecord?
    /// `nil` where they could not be read.
    let parameters: [String: JSONValue]?
  }

  let configuration: Configuration
  let summary: SplitSummary
  let leakage: LeakageReport
  let fold: HeldOutFold
  let metrics: MergeMetrics
  let weights: EnsembleWeights
  let models: [Model]
  /// On the held-out fold, in its order.
  let mergedValidation: PredictionTable
  let mergedTest: PredictionTable
  let train: Converted
  let test: Converted
  let runs: [Run]
  /// Sentences about what the page lacks because it could not be read.
  let omissions: [String]

  init(
    layout: ArtifactLayout, configuration: Configuration, context: JobContext
  ) throws {
    self.configuration = configuration
    let split = StageInstance(.split)
    summary = try SplitSummary.read(from: layout.file(ArtifactLayout.Split.summary, of: split))
    leakage = try LeakageReport.read(from: layout.file(ArtifactLayout.Split.leakage, of: split))
    let splitFile = layout.file(ArtifactLayout.Split.slices, of: split)
    let fold = try HeldOutFold(
      SplitTable(file: splitFile), fold: configuration.split.fold, file: splitFile)
    self.fold = fold

    let merge = StageInstance(.merge)
    let metrics = try MergeMetrics.read(
      from: layout.file(ArtifactLayout.Merge.metrics, of: merge))
    self.metrics = metrics
    weights = try EnsembleWeights.read(from: layout.file(ArtifactLayout.Merge.weights, of: merge))
    mergedValidation = try PredictionTable(
      file: layout.file(ArtifactLayout.Merge.validation, of: merge)
    ).ordered(by: fold.ids, name: "the validation of the merger")
    mergedTest = try PredictionTable(
      file: layout.file(ArtifactLayout.Merge.probabilities, of: merge))

    models = try configuration.trainOrder.compactMap { name in
      try context.cancellation.checkpoint()
      guard let parameters = configuration.train[name] else { return nil }
      let validation = try PredictionTable(
        file: layout.file(ArtifactLayout.Predict.validation, of: StageInstance(.predict, name))
      ).ordered(by: fold.ids, name: "the validation of \(name)")
      return Model(
        name: name, parameters: parameters,
        history: try TrainingHistory(
          file: layout.file(ArtifactLayout.Train.history, of: StageInstance(.train, name))),
        validation: validation,
        scores: metrics.models[name] ?? Self.scores(validation, fold),
        calibration: try PriorCalibration.read(
          from: layout.file(
            ArtifactLayout.Predict.calibration, of: StageInstance(.predict, name))))
    }
    let known = Set(models.map(\.name))
    if let unknown = weights.models.keys.sorted().first(where: { !known.contains($0) }) {
      throw IchorError(
        .badData, code: "report-unknown-model",
        "the merge weighs \(unknown), which this configuration does not train",
        remedy: "Run the merge stage again.",
        at: layout.file(ArtifactLayout.Merge.weights, of: merge).path)
    }
    var omissions: [String] = []
    train = try Self.converted(.train, layout, &omissions)
    test = try Self.converted(.test, layout, &omissions)
    runs = try configuration.instances.filter { $0.stage != .report }.map {
      try Self.run($0, layout, &omissions)
    }
    self.omissions = omissions
    try requireVariation(layout)
  }

  /// - Throws: `IchorError(.badData)` where a network, or the merger, says the same of every slice.
  private func requireVariation(_ layout: ArtifactLayout) throws {
    let held = Set(fold.ids)
    let heldOut = train.slices.rows.lazy.filter { held.contains($0.id) }
      .compactMap { $0.extents.first?.crc32 }
    for model in models {
      try model.validation.requireVariation(
        pictures: heldOut, name: "the prediction of \(model.name)",
        at: layout.file(ArtifactLayout.Predict.validation, of: StageInstance(.predict, model.name))
          .path)
    }
    let unseen = test.slices.rows.lazy.compactMap { $0.extents.first?.crc32 }
    try mergedValidation.requireVariation(
      with: [mergedTest], pictures: Array(heldOut) + unseen, name: "the merged prediction",
      at: layout.directory(StageInstance(.merge)).path)
  }

  /// Predictions of the held-out fold, in its order, with the truth.
  func scored(_ table: PredictionTable) -> ScoredSlices { Self.scored(table, fold) }

  private static func scored(_ table: PredictionTable, _ fold: HeldOutFold) -> ScoredSlices {
    ScoredSlices(
      probabilities: table.probabilities, targets: fold.targets, labelCount: Label.allCases.count)
  }

  /// The scores of a model that the merge leaves out, and so does not publish.
  private static func scores(
    _ table: PredictionTable, _ fold: HeldOutFold
  ) -> MergeMetrics.Scores {
    let evaluation = Evaluation(scored(table, fold), metric: .competition())
    return MergeMetrics.Scores(
      loss: evaluation.loss,
      labels: evaluation.labels.map {
        MergeMetrics.LabelScores(logLoss: $0.logLoss, auc: $0.auc, positives: $0.positives)
      })
  }

  private static func converted(
    _ collection: SliceCollection, _ layout: ArtifactLayout, _ omissions: inout [String]
  ) throws -> Converted {
    let instance = StageInstance(.convert, collection)
    let artifact = layout.directory(instance)
    return Converted(
      collection: collection, artifact: artifact, slices: try SliceTable(artifact: artifact),
      quirks: try QuirkTable.read(artifact: artifact),
      preview: try optional("The contact sheet of \(instance)", &omissions) {
        let file = layout.file(ArtifactLayout.Convert.preview, of: instance)
        do {
          return try Data(contentsOf: file)
        } catch {
          throw IchorError(reading: ArtifactLayout.Convert.preview, error, at: file.path)
        }
      })
  }

  /// A run's record is not an output: an artifact that came from elsewhere may lack it.
  private static func run(
    _ instance: StageInstance, _ layout: ArtifactLayout, _ omissions: inout [String]
  ) throws -> Run {
    Run(
      instance: instance,
      record: try optional("The record of \(instance)", &omissions) {
        try CanonicalJSON.read(RunRecord.self, from: layout.file(ArtifactLayout.run, of: instance))
      },
      parameters: try optional("The list of the parameters of \(instance)", &omissions) {
        try CanonicalJSON.read(Manifest.self, from: layout.manifest(instance))
      }?.parameters)
  }

  /// Something that the page can do without, but not without saying so; `nil` where it is missing or
  /// damaged.
  ///
  /// - Throws: `IchorError(.inputOutput)` where the disk fails.
  private static func optional<Value>(
    _ name: String, _ omissions: inout [String], _ read: () throws -> Value
  ) throws -> Value? {
    do {
      return try read()
    } catch let error as IchorError where error.kind != .inputOutput {
      omissions.append("\(name) is left out: \(error.message).")
      return nil
    }
  }
}
