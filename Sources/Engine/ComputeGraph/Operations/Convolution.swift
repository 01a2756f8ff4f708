/// A two-dimensional convolution with a square kernel and symmetric zero padding.
///
/// Parameters: weights `[out, in / groups, kernel, kernel]`, then bias `[out]` where `hasBias`.
/// With `foldedEpsilon` the parameters are weights, scale, shift, running mean and running
/// variance of the batch normalisation folded into it (inference only).
///
/// - Shape: `[C, H, W] -> [out, H', W']`, `H' = (H + 2 * padding - kernel) / stride + 1`.
/// - Saved: `src`.
/// - Gradient: `diffSrc` is the transposed convolution of `diffDst`; `diffWeights` correlates `src`
///   with `diffDst`; `diffBias` sums `diffDst`. The fused forms (ReLU, residual, folding) occur in
///   inference programs only and have no gradient.
package struct Convolution: Hashable, Sendable {
  package var stride = 1
  package var padding = 0
  package var groups = 1
  package var hasBias = false
  /// Whether a ReLU is applied last.
  package var rectified = false
  /// Whether a second input of the output's shape is added before the ReLU.
  package var addsResidual = false
  /// Epsilon of the folded batch normalisation, if there is one.
  package var foldedEpsilon: Float?

  /// Extent of the output along one axis.
  func outputExtent(of extent: Int, kernel: Int) -> Int {
    (extent + 2 * padding - kernel) / stride + 1
  }
}

extension GraphBuilder {
  /// Adds `name.weight` and, with `bias`, `name.bias`.
  public mutating func convolution(
    _ source: ValueID, name: String, channels: Int, kernel: Int, stride: Int = 1,
    padding: Int = 0, groups: Int = 1, bias: Bool = false
  ) -> ValueID {
    let shape = self[source]
    precondition(
      stride > 0 && padding >= 0 && groups > 0, "\(name): a convolution needs sane attributes")
    precondition(
      shape.channels % groups == 0 && channels % groups == 0,
      "\(name): \(groups) groups do not divide \(shape.channels) and \(channels) channels")
    let attributes = Convolution(stride: stride, padding: padding, groups: groups, hasBias: bias)
    var parameters = [
      parameter("\(name).weight", [channels, shape.channels / groups, kernel, kernel], .weight)
    ]
    if bias { parameters.append(parameter("\(name).bias", [channels], .bias)) }
    return append(
      name, .convolution(attributes), [source], parameters: parameters,
      shape: FeatureShape(
        channels: channels,
        height: attributes.outputExtent(of: shape.height, kernel: kernel),
        width: attributes.outputExtent(of: shape.width, kernel: kernel)))
  }
}
