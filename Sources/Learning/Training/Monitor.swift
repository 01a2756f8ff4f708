import Metrics

/// What the best weights are chosen by, on the held-out fold.
package enum Monitor: Sendable, Hashable {
  case loss
  /// The log loss of one label, by its place.
  case labelLoss(Int)
  /// The area under the ROC curve of one label, by its place.
  case labelAUC(Int)

  /// Lower is better. An AUC that the fold doesn't define counts as chance.
  package func score(_ evaluation: Evaluation) -> Double {
    switch self {
    case .loss: evaluation.loss
    case .labelLoss(let label): evaluation.labels[label].logLoss
    case .labelAUC(let label): 1 - (evaluation.labels[label].auc ?? 0.5)
    }
  }
}
