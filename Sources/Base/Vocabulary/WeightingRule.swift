/// How the merged networks are weighed: `merge.weights`.
public enum WeightingRule: String, Choice {
  /// In proportion to 1 - validation loss.
  case inverseLoss = "inverse-loss"
  case equal
  /// The weights of least validation loss.
  case fitted
}
