/// RMSprop over flat buffers, in the two definitions that are in use.
///
/// Element-wise, so any layout will do as long as all buffers share it. `velocity` is read and
/// written only where `momentum` is not 0.
package enum RMSprop {
  /// Keras's: epsilon under the root, the rate inside the velocity.
  @inline(never)
  package static func updateKeras(
    weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    squareAverage: UnsafeMutablePointer<Float>, velocity: UnsafeMutablePointer<Float>?,
    count: Int, rate: Float, momentum: Float, rho: Float, epsilon: Float, decay: Float
  ) {
    for index in 0..<count {
      let gradient = gradients[index] + decay * weights[index]
      let average = rho * squareAverage[index] + (1 - rho) * gradient * gradient
      squareAverage[index] = average
      let step = rate * gradient / (average + epsilon).squareRoot()
      if let velocity {
        let moved = momentum * velocity[index] + step
        velocity[index] = moved
        weights[index] -= moved
      } else {
        weights[index] -= step
      }
    }
  }

  /// PyTorch's: epsilon outside the root, the rate outside the velocity.
  @inline(never)
  package static func updatePyTorch(
    weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    squareAverage: UnsafeMutablePointer<Float>, velocity: UnsafeMutablePointer<Float>?,
    count: Int, rate: Float, momentum: Float, rho: Float, epsilon: Float, decay: Float
  ) {
    for index in 0..<count {
      let gradient = gradients[index] + decay * weights[index]
      let average = rho * squareAverage[index] + (1 - rho) * gradient * gradient
      squareAverage[index] = average
      let step = gradient / (average.squareRoot() + epsilon)
      if let velocity {
        let moved = momentum * velocity[index] + step
        velocity[index] = moved
        weights[index] -= rate * moved
      } else {
        weights[index] -= rate * step
      }
    }
  }
}
