/// What the best weights are chosen by, on the held-out fold: `train.<model>.monitor`.
///
/// Spelled `loss`, `loss_LABEL` and `auc_LABEL`.
public enum Monitor {
  case loss
  /// The log loss of one label.
  case labelLoss(Label)
  /// The area under the ROC curve of one label.
  case labelAUC(Label)
}

extension Monitor: Choice {
  public static let allCases: [Monitor] =
    [.loss] + Label.allCases.flatMap { [.labelLoss($0), .labelAUC($0)] }

  public var rawValue: String {
    switch self {
    case .loss: "loss"
    case .labelLoss(let label): "loss_\(label.rawValue)"
    case .labelAUC(let label): "auc_\(label.rawValue)"
    }
  }

  public init?(rawValue: String) {
    guard let monitor = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = monitor
  }
}
