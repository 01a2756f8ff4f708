import ArtifactTables
import Diagnostics
import Foundation
import Logging
import Metrics
import PipelineConfiguration
import PipelineContract

/// The merge stage: averages the models, scores them on the held-out fold, writes the submission.
package enum MergeStage {
  /// Merges the artifacts of a configured run; see `merge(_:into:context:)`.
  ///
  /// - Throws: what that throws.
  @discardableResult
  package static func merge(
    layout: ArtifactLayout, configuration: Configuration, into staging: URL,
    context: JobContext
  ) throws -> MergeMetrics {
    try merge(
      MergeInputs(layout: layout, configuration: configuration), into: staging, context: context)
  }

  /// Writes `validation.csv`, `probabilities.csv`, `submission.csv`, `weights.json` and
  /// `metrics.json`.
  ///
  /// Everything is joined by ID. An image that the submission needs and no model saw gets the base
  /// rates of the training folds.
  /// - Throws: `IchorError`: `.inputMissing` without a file, `.badData` where one is malformed or
  ///   the models cover different slices, `.cannotCreate` or `.inputOutput` where one can't be
  ///   written; `CancelledBySignal`.
  @discardableResult
  package static func merge(
    _ inputs: MergeInputs, into staging: URL, context: JobContext
  ) throws -> MergeMetrics {
    let fold = try HeldOutFold(inputs)
    let constant = try ConstantPredictor(inputs)
    let test = try SliceTable(artifact: inputs.test)
    let quirks = try QuirkTable.read(artifact: inputs.test)

    let names = inputs.predictions.keys.sorted()
    var validation: [String: PredictionTable] = [:]
    var unlabelled: [String: PredictionTable] = [:]
    for (number, name) in names.enumerated() {
      try context.cancellation.checkpoint()
      guard let folder = inputs.predictions[name] else { continue }
      let held = try PredictionTable(
        file: folder.appendingPathComponent(ArtifactLayout.Predict.validation)
      ).ordered(by: fold.ids, name: "the validation of \(name)")
      let unseen = try PredictionTable(
        file: folder.appendingPathComponent(ArtifactLayout.Predict.test)
      ).ordered(by: test.rows.map(\.id), name: "the test of \(name)")
      try held.requireVariation(
        with: [unseen], pictures: test.rows.lazy.compactMap { $0.extents.first?.crc32 },
        name: "the prediction of \(name)", at: folder.path)
      (validation[name], unlabelled[name]) = (held, unseen)
      context.progress.report(
        completed: number + 1, total: names.count, unit: "models", detail: name)
    }

    let scores = validation.mapValues { Evaluation(fold.scored($0), metric: .competition()) }
    let losses = scores.mapValues(\.loss)
    let weights = EnsembleWeights(losses: losses, weighting: inputs.weights, leaky: inputs.leaky) {
      FittedWeights(validation, fold).fit(to: Array(fold.ids.indices))
    }
    let merged = try weights.heldOut(validation, fold: fold, weighting: inputs.weights)
    let probabilities = try weights.average(
      of: unlabelled, ids: test.rows.map(\.id), collection: "the test")

    let submission = try Submission(
      probabilities: probabilities, quirks: quirks, sample: inputs.sampleSubmission,
      fallback: constant.probabilities, context: context)
    let metrics = MergeMetrics(
      fold: fold, constant: constant,
      merged: Evaluation(fold.scored(merged), metric: .competition()), models: scores,
      coverage: submission.coverage, synthetic: inputs.synthetic, leaky: inputs.leaky)

    try merged.write(to: staging.appendingPathComponent(ArtifactLayout.Merge.validation))
    try probabilities.write(
      to: staging.appendingPathComponent(ArtifactLayout.Merge.probabilities))
    try submission.write(
      to: staging.appendingPathComponent(ArtifactLayout.Merge.submission), context: context)
    try weights.write(to: staging.appendingPathComponent(ArtifactLayout.Merge.weights))
    try metrics.write(to: staging.appendingPathComponent(ArtifactLayout.Merge.metrics))
    report(metrics, context)
    return metrics
  }

  private static func report(_ metrics: MergeMetrics, _ context: JobContext) {
    if metrics.fallback > 0 {
      context.logger.warning(
        "images that no model saw got the base rates of the training folds",
        metadata: [
          "images": "\(metrics.fallback)", "reasons": "\(metrics.fallbackReasons)",
        ])
    }
    if metrics.notSubmitted > 0 {
      context.logger.warning(
        "predicted slices that the sample submission does not ask for were left out of it",
        metadata: ["slices": "\(metrics.notSubmitted)"])
    }
    let beaten = metrics.betterThanConstant
    let stamp = LeakyStamp.prefix(metrics.leaky)
    context.logger.log(
      level: beaten ? .info : .warning,
      beaten
        ? "\(stamp)the merged model beats the constant predictor"
        : "\(stamp)the merged model does not beat the constant predictor",
      metadata: [
        "loss": "\(metrics.merged.loss)", "constant": "\(metrics.constant.loss)",
        "skill": "\(metrics.skill)",
      ])
  }
}
