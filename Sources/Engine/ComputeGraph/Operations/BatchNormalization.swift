/// Batch normalisation over batch, height and width (Ioffe & Szegedy 2015), per channel.
///
/// Parameters: scale, shift, running mean, running variance, each `[channels]`. Training
/// normalises with the batch's mean and biased variance and moves the running statistics:
/// `running = (1 - momentum) * running + momentum * batch`, the variance unbiased
/// (n / (n - 1)), as PyTorch does. Inference normalises with the running statistics.
///
/// Gradient: needs `src`, the batch's mean and variance, and, where `rectified`, the mask of
/// positive outputs; all are saved.
public struct BatchNormalization: Hashable, Sendable {
  public var epsilon: Float
  public var momentum: Float
  /// ReLU applied last.
  public var rectified = false

  public init(epsilon: Float = 1e-5, momentum: Float = 0.1) {
    self.epsilon = epsilon
    self.momentum = momentum
  }
}
