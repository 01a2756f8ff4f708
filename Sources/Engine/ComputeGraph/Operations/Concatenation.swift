extension GraphBuilder {
  /// Values joined along the channels, in the order given.
  ///
  /// - Shape: `[C0, H, W], [C1, H, W], … -> [C0 + C1 + …, H, W]`.
  /// - Saved: nothing.
  /// - Gradient: `diffDst` in each input's range of channels.
  public mutating func concatenation(_ sources: [ValueID], name: String) -> ValueID {
    precondition(sources.count > 1, "\(name): one value needs no concatenation")
    let first = self[sources[0]]
    precondition(
      sources.allSatisfy { self[$0].height == first.height && self[$0].width == first.width },
      "\(name): only channels may differ in a concatenation")
    let channels = sources.reduce(0) { $0 + self[$1].channels }
    return append(
      name, .concatenation, sources,
      shape: FeatureShape(channels: channels, height: first.height, width: first.width))
  }
}
