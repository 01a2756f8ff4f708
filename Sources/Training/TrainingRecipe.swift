/// How a model is trained.
public struct TrainingRecipe: Sendable {
  public var epochs: Int
  public var momentum: Double
  public var nesterov: Bool
  /// L2 penalty on convolution and linear weights.
  public var weightDecay: Double
  public var schedule: LearningRateSchedule
  public var loss: WeightedBinaryCrossEntropy

  public init(
    epochs: Int, momentum: Double, nesterov: Bool, weightDecay: Double,
    schedule: LearningRateSchedule, loss: WeightedBinaryCrossEntropy
  ) {
    precondition(epochs > 0, "training takes at least one epoch")
    self.epochs = epochs
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
    self.schedule = schedule
    self.loss = loss
  }
}
