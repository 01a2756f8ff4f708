/// Maximum or mean over a sliding square window.
///
/// Padding never wins a maximum and is not counted in a mean.
///
/// - Shape: `[C, H, W] -> [C, H', W']`, `H' = (H + 2 * padding - kernel) / stride + 1`.
/// - Saved: for a maximum, the position that held it; for a mean, nothing.
/// - Gradient: the maximum sends `diffDst` to the first position that held it; the mean spreads it
///   evenly.
public struct Pooling: Hashable, Sendable {
  public enum Kind: Hashable, Sendable { case maximum, average }
  package let kind: Kind
  package let kernel: Int
  package let stride: Int
  package let padding: Int

  public init(_ kind: Kind, kernel: Int, stride: Int, padding: Int = 0) {
    precondition(
      kernel > 0 && stride > 0 && padding >= 0 && padding < kernel, "pooling needs a sane window")
    self.kind = kind
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  /// Extent of the output along one axis.
  func outputExtent(of extent: Int) -> Int {
    (extent + 2 * padding - kernel) / stride + 1
  }
}

extension GraphBuilder {
  public mutating func pooling(_ source: ValueID, name: String, _ pooling: Pooling) -> ValueID {
    let shape = self[source]
    return append(
      name, .pooling(pooling), [source],
      shape: FeatureShape(
        channels: shape.channels, height: pooling.outputExtent(of: shape.height),
        width: pooling.outputExtent(of: shape.width)))
  }
}
