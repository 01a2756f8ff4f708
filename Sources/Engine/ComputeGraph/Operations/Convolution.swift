/// A two-dimensional convolution with a square kernel and symmetric zero padding.
///
/// Parameters: weights `[out, in / groups, kernel, kernel]`, then bias `[out]` where `hasBias`.
/// With `foldedEpsilon` the parameters are weights, scale, shift, running mean and running
/// variance of the batch normalisation folded into it (inference only).
///
/// Gradient: `diffSrc` is the transposed convolution of `diffDst`; `diffWeights` correlates `src`
/// with `diffDst`, so `src` is saved; `diffBias` sums `diffDst`. The fused forms (ReLU, residual,
/// folding) stand in inference programs only and have no gradient.
public struct Convolution: Hashable, Sendable {
  public var stride: Int
  public var padding: Int
  public var groups: Int
  public var hasBias: Bool
  /// ReLU applied last.
  public var rectified = false
  /// A second input of the output's shape is added before the ReLU.
  public var addsResidual = false
  /// Epsilon of the folded batch normalisation, if one is.
  public var foldedEpsilon: Float?

  public init(stride: Int = 1, padding: Int = 0, groups: Int = 1, hasBias: Bool = false) {
    precondition(stride > 0 && padding >= 0 && groups > 0, "a convolution needs sane attributes")
    self.stride = stride
    self.padding = padding
    self.groups = groups
    self.hasBias = hasBias
  }

  /// Extent of the output along one axis.
  public func outputExtent(of extent: Int, kernel: Int) -> Int {
    (extent + 2 * padding - kernel) / stride + 1
  }
}
