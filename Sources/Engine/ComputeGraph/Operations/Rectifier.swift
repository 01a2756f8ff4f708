extension GraphBuilder {
  /// ReLU: `dst = max(src, 0)`.
  ///
  /// - Shape: kept.
  /// - Saved: `dst`.
  /// - Gradient: `diffDst` where `dst > 0`, 0 elsewhere.
  public mutating func rectifier(_ source: ValueID, name: String) -> ValueID {
    append(name, .rectifier, [source], shape: self[source])
  }
}
