/// The columns of `train/MODEL/history.csv`, in their order.
public enum HistoryColumn {
  public static let epoch = "epoch"
  public static let phase = "phase"
  public static let learningRate = "learning_rate"
  public static let trainLoss = "train_loss"
  /// `held-out`, or `LEAKY` where the slices of other epochs' validation were trained on.
  public static let validation = "validation"
  public static let validationLoss = "validation_loss"
  public static let skill = "skill"
  public static let imagesPerSecond = "images_per_second"
  public static let dataWait = "data_wait"

  public static func loss(_ label: Label) -> String { "loss_\(label.rawValue)" }
  public static func auc(_ label: Label) -> String { "auc_\(label.rawValue)" }

  public static let all =
    [epoch, phase, learningRate, trainLoss, validation, validationLoss]
    + Label.allCases.map(loss) + Label.allCases.map(auc) + [skill] + timings

  /// What differs between two runs that are otherwise the same.
  public static let timings = [imagesPerSecond, dataWait]

  /// What stands in `validation`.
  public static func validationText(leaky: Bool) -> String {
    leaky ? LeakyStamp.word : "held-out"
  }
}
