/// How the merged networks are weighted: `merge.weights`.
public enum WeightingRule: String, Choice {
  /// In proportion to 1 - validation loss.
  case inverseLoss = "inverse-loss"
  case equal
  /// The weights with the least validation loss.
  case fitted
}
