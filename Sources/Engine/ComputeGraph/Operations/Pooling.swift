/// Maximum or mean over a sliding square window.
///
/// Padding never wins a maximum and is not counted in a mean. Gradient: the maximum sends
/// `diffDst` to the first position that held it (a workspace of positions is saved); the mean
/// spreads it evenly.
public struct Pooling: Hashable, Sendable {
  public enum Kind: Hashable, Sendable { case maximum, average }
  public var kind: Kind
  public var kernel: Int
  public var stride: Int
  public var padding: Int

  public init(_ kind: Kind, kernel: Int, stride: Int, padding: Int = 0) {
    precondition(
      kernel > 0 && stride > 0 && padding >= 0 && padding < kernel, "pooling needs a sane window")
    self.kind = kind
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  /// Extent of the output along one axis.
  public func outputExtent(of extent: Int) -> Int {
    (extent + 2 * padding - kernel) / stride + 1
  }
}
