import Metrics

/// The results of one epoch.
package struct EpochRecord: Sendable {
  /// Counted from 1.
  package var epoch: Int
  package var phase: String
  /// The rate of the epoch's last step.
  package var learningRate: Double
  /// Mean over the steps, on augmented batches while the weights change.
  package var trainLoss: Double
  /// On the held-out fold as it is, or on the epoch's own draw.
  package var validation: Evaluation
  /// Whether those slices are trained on in other epochs; the scores then flatter the network.
  package var leaky: Bool
  /// Share of the constant predictor's loss that the network removes.
  package var skill: Double?
  package var imagesPerSecond: Double
  /// Share of the training time spent waiting for data.
  package var dataWait: Double
}
