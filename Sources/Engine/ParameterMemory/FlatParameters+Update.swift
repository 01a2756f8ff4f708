import ComputeGraph

extension FlatParameters {
  /// Applies the gradients to the weights.
  package func update(_ rule: UpdateRule) {
    nonisolated(unsafe) let (weights, gradients) = (weights, gradients)
    let slots = rule.slots
    nonisolated(unsafe) let velocity = slots.contains(.velocity) ? block(.velocity) : nil
    nonisolated(unsafe) let squares = slots.contains(.squareAverage) ? block(.squareAverage) : nil
    for extent in extents where !frozen.contains(extent.name) {
      let decay = !rule.decaysWeightsOnly || extent.role == .weight ? rule.decay : 0
      inChunks(extent.count) { range in
        let first = extent.offset + range.lowerBound
        Self.apply(
          rule, weights: weights + first, gradients: gradients + first,
          velocity: velocity.map { $0 + first }, squares: squares.map { $0 + first },
          count: range.count, decay: decay)
      }
    }
  }

  private static func apply(
    _ rule: UpdateRule, weights: Block, gradients: Block, velocity: Block?, squares: Block?,
    count: Int, decay: Float
  ) {
    switch rule.method {
    case .kerasSGD(let nesterov):
      guard let velocity else { preconditionFailure("SGD keeps a velocity") }
      SGD.updateKeras(
        weights: weights, gradients: gradients, velocity: velocity, count: count, rate: rule.rate,
        momentum: rule.momentum, nesterov: nesterov, decay: decay)
    case .sgd(let nesterov):
      guard let velocity else { preconditionFailure("SGD keeps a velocity") }
      SGD.updatePyTorch(
        weights: weights, gradients: gradients, velocity: velocity, count: count, rate: rule.rate,
        momentum: rule.momentum, nesterov: nesterov, decay: decay)
    case .kerasRMSprop(let rho, let epsilon):
      guard let squares else { preconditionFailure("RMSprop keeps an average of squares") }
      RMSprop.updateKeras(
        weights: weights, gradients: gradients, squareAverage: squares, velocity: velocity,
        count: count, rate: rule.rate, momentum: rule.momentum, rho: rho, epsilon: epsilon,
        decay: decay)
    case .pytorchRMSprop(let rho, let epsilon):
      guard let squares else { preconditionFailure("RMSprop keeps an average of squares") }
      RMSprop.updatePyTorch(
        weights: weights, gradients: gradients, squareAverage: squares, velocity: velocity,
        count: count, rate: rule.rate, momentum: rule.momentum, rho: rho, epsilon: epsilon,
        decay: decay)
    }
  }
}
