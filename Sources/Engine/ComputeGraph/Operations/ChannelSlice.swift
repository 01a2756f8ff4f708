/// The channels `start ..< start + count` of a value.
///
/// - Shape: `[C, H, W] -> [count, H, W]`.
/// - Saved: nothing.
/// - Gradient: `diffDst` in its range of channels. The slices of a value must cover it; their
///   gradients, joined, are its gradient.
package struct ChannelSlice: Hashable, Sendable {
  package let start: Int
  package let count: Int

  package var gradientRule: GradientRule { .part(start: start) }
}

extension GraphBuilder {
  public mutating func channelSlice(
    _ source: ValueID, name: String, start: Int, count: Int
  ) -> ValueID {
    let shape = self[source]
    precondition(
      start >= 0 && count > 0 && start + count <= shape.channels,
      "\(name): \(count) channels from \(start) on are not within \(shape.channels)")
    return append(
      name, .channelSlice(ChannelSlice(start: start, count: count)), [source],
      shape: FeatureShape(channels: count, height: shape.height, width: shape.width))
  }
}
