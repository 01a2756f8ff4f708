/// Batch normalisation over batch, height and width (Ioffe & Szegedy 2015), per channel.
///
/// Parameters: scale, shift, running mean, running variance, each `[channels]`. Training
/// normalises with the batch's mean and biased variance and updates the running statistics:
/// `running = (1 - momentum) * running + momentum * batch`, the variance unbiased
/// (n / (n - 1)), as PyTorch does. Inference normalises with the running statistics. With
/// `hasFixedStatistics`, so does training, and leaves them as they are: PyTorch's `eval()` of a
/// single layer.
///
/// - Shape: kept.
/// - Saved: `src`, the batch's mean and variance and, where `rectified`, which outputs are
///   positive.
/// - Gradient: with `g` = `diffDst`, masked where `rectified`, `x` the normalised source and `n` the
///   elements of a channel: `diffShift = sum g`, `diffScale = sum g x`,
///   `diffSrc = scale / sqrt(variance + epsilon) * (g - diffShift / n - x diffScale / n)`. Fixed
///   statistics are constants: `diffSrc = scale / sqrt(variance + epsilon) * g`.
package struct BatchNormalization: Hashable, Sendable {
  package var epsilon: Float
  package var momentum: Float
  /// Whether training, too, normalises with the running statistics.
  package var hasFixedStatistics = false
  /// Whether a ReLU is applied last.
  package var rectified = false
}

extension GraphBuilder {
  /// Adds weight, bias, running mean and running variance under `name`.
  public mutating func batchNormalization(
    _ source: ValueID, name: String, epsilon: Float = 1e-5, momentum: Float = 0.1
  ) -> ValueID {
    let shape = self[source]
    let parameters = [
      parameter("\(name).weight", [shape.channels], .scale),
      parameter("\(name).bias", [shape.channels], .shift),
      parameter("\(name).running_mean", [shape.channels], .runningMean),
      parameter("\(name).running_var", [shape.channels], .runningVariance),
    ]
    let attributes = BatchNormalization(epsilon: epsilon, momentum: momentum)
    return append(
      name, .batchNormalization(attributes), [source], parameters: parameters, shape: shape)
  }
}

extension Graph {
  /// The graph with the statistics of frozen normalisations fixed.
  ///
  /// - Parameter frozen: names of parameters; a normalisation is frozen where its scale and its shift
  ///   are.
  package func fixingStatistics(ofFrozen frozen: Set<String>) -> Graph {
    var result = self
    result.nodes = nodes.map { node in
      guard case .batchNormalization(var attributes) = node.operation,
        node.parameters.map({ self[$0] }).filter(\.isTrainable)
          .allSatisfy({ frozen.contains($0.name) })
      else { return node }
      attributes.hasFixedStatistics = true
      return Node(
        name: node.name, operation: .batchNormalization(attributes), inputs: node.inputs,
        parameters: node.parameters, output: node.output)
    }
    return result
  }
}
