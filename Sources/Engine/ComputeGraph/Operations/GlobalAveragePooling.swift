extension GraphBuilder {
  /// The mean over height and width.
  ///
  /// - Shape: `[C, H, W] -> [C, 1, 1]`.
  /// - Saved: nothing.
  /// - Gradient: `diffDst / (H * W)` at every position.
  public mutating func globalAveragePooling(_ source: ValueID, name: String) -> ValueID {
    append(
      name, .globalAveragePooling, [source],
      shape: FeatureShape(channels: self[source].channels, height: 1, width: 1))
  }
}
