import TensorCore

/// Everything a training needs to go on as if it had never stopped.
public struct TrainingState: Sendable {
  /// Parameters and running statistics by checkpoint name.
  public var parameters: NamedTensors
  /// Velocities by parameter name; empty before the first step.
  public var optimizer: NamedTensors
  /// The next step to take.
  public var epoch: Int
  public var step: Int
  /// Sum of the losses of the epoch's steps so far.
  public var lossSum: Double
  /// Lowest validation loss so far; `nil` before the first epoch's end.
  public var bestLoss: Double?

  public init(
    parameters: NamedTensors, optimizer: NamedTensors = NamedTensors(), epoch: Int = 0,
    step: Int = 0, lossSum: Double = 0, bestLoss: Double? = nil
  ) {
    self.parameters = parameters
    self.optimizer = optimizer
    self.epoch = epoch
    self.step = step
    self.lossSum = lossSum
    self.bestLoss = bestLoss
  }
}
