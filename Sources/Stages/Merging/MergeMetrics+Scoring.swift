import ArtifactTables
import Metrics

extension MergeMetrics {
  init(
    fold: HeldOutFold, constant: ConstantPredictor, merged: Evaluation,
    models: [String: Evaluation], coverage: Coverage, synthetic: Bool, leaky: Bool
  ) {
    let floor = Evaluation(constant.scored(against: fold.targets), metric: .competition())
    self.init(
      synthetic: synthetic, leaky: leaky, slices: fold.ids.count, patients: fold.patientCount,
      merged: Scores(merged), models: models.mapValues { Scores($0) },
      constant: Constant(probabilities: constant.probabilities, scores: Scores(floor)),
      // The clipping of probabilities keeps the floor above zero.
      skill: Metrics.skill(loss: merged.loss, floor: floor.loss) ?? 0, coverage: coverage)
  }
}

extension MergeMetrics.Scores {
  init(_ evaluation: Evaluation) {
    self.init(
      loss: evaluation.loss,
      labels: evaluation.labels.map {
        MergeMetrics.LabelScores(logLoss: $0.logLoss, auc: $0.auc, positives: $0.positives)
      })
  }
}
