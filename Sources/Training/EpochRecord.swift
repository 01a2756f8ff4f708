import Metrics

/// What one epoch came to.
public struct EpochRecord: Sendable {
  /// Counted from 1.
  public var epoch: Int
  public var phase: String
  /// The rate of the epoch's last step.
  public var learningRate: Double
  /// Mean over the steps, on augmented batches with the moving weights.
  public var trainLoss: Double
  /// On the held-out fold as it is, or on the epoch's own draw.
  public var validation: Evaluation
  /// Whether those slices are trained on in other epochs; the scores then flatter the network.
  public var leaky: Bool
  /// Share of the constant predictor's loss that is gone.
  public var skill: Double?
  public var imagesPerSecond: Double
  /// Share of the training time spent waiting for data.
  public var dataWait: Double
}
