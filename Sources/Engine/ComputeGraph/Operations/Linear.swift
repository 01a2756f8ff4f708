extension GraphBuilder {
  /// `dst = weights * src + bias`; adds `name.weight` and `name.bias`.
  ///
  /// - Shape: `[C, 1, 1] -> [outputs, 1, 1]`.
  /// - Saved: `src`.
  /// - Gradient: `diffSrc = weights^T diffDst`, `diffWeights = diffDst src^T` and
  ///   `diffBias = diffDst`, the last two summed over the batch.
  /// - Parameter asConvolution: checkpoints hold the weight as that of a 1x1 convolution,
  ///   `[outputs, C, 1, 1]`.
  public mutating func linear(
    _ source: ValueID, name: String, outputs: Int, asConvolution: Bool = false
  ) -> ValueID {
    let shape = self[source]
    precondition(shape.height == 1 && shape.width == 1, "\(name): linear follows global pooling")
    let weightDims = [outputs, shape.channels] + (asConvolution ? [1, 1] : [])
    let parameters = [
      parameter("\(name).weight", weightDims, .weight),
      parameter("\(name).bias", [outputs], .bias),
    ]
    return append(
      name, .linear, [source], parameters: parameters,
      shape: FeatureShape(channels: outputs, height: 1, width: 1))
  }
}
