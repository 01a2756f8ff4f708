/// Stochastic gradient descent over flat buffers, in the two definitions that are in use.
///
/// Element-wise, so any layout will do as long as all buffers share it.
package enum SGD {
  /// PyTorch's: `g += decay * w; v = momentum * v + g; w -= rate * (nesterov ? g + momentum * v : v)`.
  ///
  /// A zero velocity makes the first step PyTorch's: its buffer starts as the gradient.
  @inline(never)
  package static func updatePyTorch(
    weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    velocity: UnsafeMutablePointer<Float>, count: Int, rate: Float, momentum: Float,
    nesterov: Bool, decay: Float
  ) {
    for index in 0..<count {
      let gradient = gradients[index] + decay * weights[index]
      let moved = momentum * velocity[index] + gradient
      velocity[index] = moved
      weights[index] -= rate * (nesterov ? gradient + momentum * moved : moved)
    }
  }

  /// Keras's: `g += decay * w; v = momentum * v + rate * g; w -= nesterov ? rate * g + momentum * v
  /// : v`.
  @inline(never)
  package static func updateKeras(
    weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    velocity: UnsafeMutablePointer<Float>, count: Int, rate: Float, momentum: Float,
    nesterov: Bool, decay: Float
  ) {
    for index in 0..<count {
      let step = rate * (gradients[index] + decay * weights[index])
      let moved = momentum * velocity[index] + step
      velocity[index] = moved
      weights[index] -= nesterov ? step + momentum * moved : moved
    }
  }
}
