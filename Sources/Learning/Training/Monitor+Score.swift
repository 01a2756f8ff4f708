import Metrics
import Vocabulary

extension Monitor {
  /// Lower is better. An AUC that the fold doesn't define counts as chance.
  package func score(_ evaluation: Evaluation) -> Double {
    switch self {
    case .loss: evaluation.loss
    case .labelLoss(let label): evaluation.labels[label.place].logLoss
    case .labelAUC(let label): 1 - (evaluation.labels[label.place].auc ?? 0.5)
    }
  }
}
