/// What an optimiser's step does with the gradients.
///
/// Before the method, an L2 penalty: `g += decay * w`.
public struct UpdateRule: Hashable, Sendable {
  /// The rule itself; `v` and `s` are running sums that start at 0.
  public enum Method: Hashable, Sendable {
    /// `v = momentum * v + rate * g; w -= nesterov ? rate * g + momentum * v : v`, as
    /// `keras.optimizers.SGD` defines it: a change of the rate affects new gradients only.
    case kerasSGD(nesterov: Bool)
    /// `v = momentum * v + g; w -= rate * (nesterov ? g + momentum * v : v)`, as `torch.optim.SGD`
    /// defines it.
    case sgd(nesterov: Bool)
    /// `s = rho * s + (1 - rho) * g²; v = momentum * v + rate * g / √(s + epsilon); w -= v`, as
    /// `keras.optimizers.RMSprop` defines it.
    case kerasRMSprop(rho: Float, epsilon: Float)
    /// `s = rho * s + (1 - rho) * g²; v = momentum * v + g / (√s + epsilon); w -= rate * v`, as
    /// `torch.optim.RMSprop` defines it, where rho is called alpha.
    case pytorchRMSprop(rho: Float, epsilon: Float)
  }

  /// A running sum that a method keeps for every weight.
  public enum Slot: String, Hashable, Sendable, CaseIterable {
    case velocity
    case squareAverage = "square_average"

    /// The prefix of the slot's names in an optimiser's state.
    var prefix: String { "\(rawValue)." }

    /// The name of a parameter's running sum in an optimiser's state.
    package func name(of parameter: String) -> String { prefix + parameter }
  }

  public var method: Method
  public var rate: Float
  public var momentum: Float
  public var decay: Float
  /// Whether the penalty applies to convolution and linear weights only, not to scales and biases.
  public var decaysWeightsOnly: Bool

  public init(
    _ method: Method, rate: Float, momentum: Float = 0, decay: Float = 0,
    decaysWeightsOnly: Bool = false
  ) {
    self.method = method
    self.rate = rate
    self.momentum = momentum
    self.decay = decay
    self.decaysWeightsOnly = decaysWeightsOnly
  }

  /// The running sums that the rule keeps.
  package var slots: [Slot] {
    switch method {
    case .sgd, .kerasSGD: [.velocity]
    case .kerasRMSprop, .pytorchRMSprop:
      momentum == 0 ? [.squareAverage] : [.squareAverage, .velocity]
    }
  }
}
