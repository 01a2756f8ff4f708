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
  /// On the held-out fold as it is.
  public var validation: Evaluation
  /// Share of the constant predictor's loss that is gone.
  public var skill: Double?
  public var imagesPerSecond: Double
  /// Share of the training time spent waiting for data.
  public var dataWait: Double
}
