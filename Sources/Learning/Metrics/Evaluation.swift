/// Everything that is reported about one set of predictions.
package struct Evaluation: Sendable, Equatable {
  /// What one label scores.
  package struct LabelScore: Sendable, Equatable {
    /// Mean binary log loss, in nats.
    package let logLoss: Double
    /// `nil` where one class is absent.
    package let auc: Double?
    /// The number of positive slices.
    package let positives: Int
  }

  /// The weighted log loss over the labels.
  package let loss: Double
  /// One score per label, in the order of the labels.
  package let labels: [LabelScore]

  /// - Precondition: there is at least one slice.
  package init(_ scored: ScoredSlices, metric: LogLoss) {
    let perLabel = metric.perLabel(scored)
    loss = metric.combine(perLabel)
    labels = perLabel.enumerated().map { label, logLoss in
      LabelScore(
        logLoss: logLoss,
        auc: ROCCurve.area(
          scores: scored.probabilities(of: label), targets: scored.targets(of: label)),
        positives: scored.positives(of: label))
    }
  }
}

/// How much of the constant predictor's loss a model removes: 1 is perfect, 0 is the floor,
/// negative is worse than saying the base rates.
///
/// `nil` where the floor's own loss is not positive.
package func skill(loss: Double, floor: Double) -> Double? {
  floor > 0 ? 1 - loss / floor : nil
}
