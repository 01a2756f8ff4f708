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
    let parameters: [String: JSONValue]
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
    train = try Self.converted(.train, layout)
    test = try Self.converted(.test, layout)
    runs = configuration.instances.filter { $0.stage != .report }.map { Self.run($0, layout) }
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
    _ collection: SliceCollection, _ layout: ArtifactLayout
  ) throws -> Converted {
    let artifact = layout.directory(StageInstance(.convert, collection))
    return Converted(
      collection: collection, artifact: artifact, slices: try SliceTable(artifact: artifact),
      quirks: try QuirkTable.read(artifact: artifact),
      preview: try? Data(
        contentsOf: artifact.appendingPathComponent(ArtifactLayout.Convert.preview)))
  }

  /// A run's record is not an output: an artifact that came from elsewhere may lack it.
  private static func run(_ instance: StageInstance, _ layout: ArtifactLayout) -> Run {
    let manifest = try? CanonicalJSON.read(Manifest.self, from: layout.manifest(instance))
    return Run(
      instance: instance,
      record: try? CanonicalJSON.read(
        RunRecord.self, from: layout.file(ArtifactLayout.run, of: instance)),
      parameters: manifest?.parameters ?? [:])
  }
}
