import Vocabulary

/// The columns of `train/MODEL/history.csv`, in their order.
package enum HistoryColumn {
  package static let epoch = "epoch"
  package static let phase = "phase"
  package static let learningRate = "learning_rate"
  package static let trainLoss = "train_loss"
  /// `held-out`, or `LEAKY` where the slices of the validation were trained on in other epochs; see
  /// `HistoryRow.leaky`.
  package static let validation = "validation"
  package static let validationLoss = "validation_loss"
  package static let skill = "skill"
  /// 1 where the epoch's weights were the best so far and replaced those kept before, else 0: the last
  /// epoch with a 1 is the one that `best.safetensors` holds.
  package static let kept = "kept"

  package static func loss(_ label: Label) -> String { "loss_\(label.rawValue)" }
  package static func auc(_ label: Label) -> String { "auc_\(label.rawValue)" }

  package static let all =
    [epoch, phase, learningRate, trainLoss, validation, validationLoss]
    + Label.allCases.map(loss) + Label.allCases.map(auc) + [skill, kept]
}
