import Foundation

/// The competition's metric: binary log loss per label, then the weighted mean over the labels.
///
/// `any` weighs 2 and each of the five subtypes 1, so the sum is divided by 7 (RSNA Intracranial
/// Hemorrhage Detection, 2019). Probabilities are clipped to [1e-6, 1 - 1e-6] first.
package struct LogLoss: Sendable {
  /// How far from 0 and from 1 probabilities are clipped.
  package static let clip = 1e-6

  /// One weight per label, in the order of the labels.
  package let weights: [Double]

  /// - Precondition: no weight is negative and their sum is positive.
  package init(weights: [Double]) {
    precondition(
      weights.allSatisfy { $0 >= 0 } && weights.reduce(0, +) > 0,
      "label weights are not negative and one is positive")
    self.weights = weights
  }

  /// The competition's weights: the first label is `any` and weighs `anyWeight`, the others 1.
  package static func competition(labelCount: Int = 6, anyWeight: Double = 2) -> LogLoss {
    LogLoss(weights: [anyWeight] + Array(repeating: 1, count: labelCount - 1))
  }

  /// The mean over the slices of -log of the probability given to the truth, one value per label.
  ///
  /// NaN where a probability is NaN, so that a model that diverged can't look good.
  /// - Precondition: there is at least one slice.
  package func perLabel(_ scored: ScoredSlices) -> [Double] {
    precondition(scored.count > 0, "the loss of no slices is undefined")
    var sums = [Double](repeating: 0, count: scored.labelCount)
    for row in 0..<scored.count {
      for label in 0..<scored.labelCount {
        let index = row * scored.labelCount + label
        sums[label] += Self.term(scored.probabilities[index], positive: scored.targets[index] != 0)
      }
    }
    return sums.map { $0 / Double(scored.count) }
  }

  /// The weighted mean of losses per label.
  package func combine(_ perLabel: [Double]) -> Double {
    precondition(perLabel.count == weights.count, "there is one weight for every label")
    return zip(perLabel, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
  }

  /// The metric itself.
  package func callAsFunction(_ scored: ScoredSlices) -> Double { combine(perLabel(scored)) }

  /// The loss of one prediction, in nats.
  package static func term(_ probability: Double, positive: Bool) -> Double {
    // Comparisons, not min and max: NaN has to come through.
    let low = probability < clip ? clip : probability
    let clipped = low > 1 - clip ? 1 - clip : low
    return positive ? -log(clipped) : -log1p(-clipped)
  }
}
