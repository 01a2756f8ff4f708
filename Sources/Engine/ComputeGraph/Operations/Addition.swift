/// The element-wise sum of two values of one shape.
///
/// Gradient: `diffDst` itself for both inputs; where `rectified`, `diffDst` where `dst > 0` and 0
/// elsewhere, so `dst` is saved.
public struct Addition: Hashable, Sendable {
  /// ReLU applied last.
  public var rectified = false

  public init() {}
}
