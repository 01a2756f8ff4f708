/// The channels `start ..< start + count` of a value.
///
/// Gradient: `diffDst` in its range of channels, zero elsewhere; a sliced value's gradient is
/// assembled from its slices where they cover it.
public struct ChannelSlice: Hashable, Sendable {
  public let start: Int
  public let count: Int

  public init(start: Int, count: Int) {
    precondition(start >= 0 && count > 0, "a slice needs a range")
    self.start = start
    self.count = count
  }
}
