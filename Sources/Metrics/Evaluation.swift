/// Everything that is reported about one set of predictions.
public struct Evaluation: Sendable, Equatable {
  /// What one label scores.
  public struct LabelScore: Sendable, Equatable {
    /// Mean binary log loss, in nats.
    public let logLoss: Double
    /// `nil` where one class is absent.
    public let auc: Double?
    /// The number of positive slices.
    public let positives: Int
  }

  /// The weighted log loss over the labels.
  public let loss: Double
  /// One score a label, in the order of the labels.
  public let labels: [LabelScore]

  /// - Precondition: there is at least one slice.
  public init(_ scored: ScoredSlices, metric: LogLoss) {
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
public func skill(loss: Double, floor: Double) -> Double? {
  floor > 0 ? 1 - loss / floor : nil
}
