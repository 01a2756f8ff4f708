/// The element-wise sum of two values of the same shape.
///
/// - Shape: kept.
/// - Saved: `dst`, where `rectified`.
/// - Gradient: `diffDst` itself for both inputs; where `rectified`, `diffDst` where `dst > 0` and 0
///   elsewhere.
package struct Addition: Hashable, Sendable {
  /// Whether a ReLU is applied last.
  package var rectified = false

  package var gradientRule: GradientRule { .passedOn(masked: rectified) }
}

extension GraphBuilder {
  public mutating func addition(_ first: ValueID, _ second: ValueID, name: String) -> ValueID {
    precondition(
      self[first] == self[second], "\(name): \(self[first]) and \(self[second]) can't be added")
    return append(name, .addition(Addition()), [first, second], shape: self[first])
  }
}
