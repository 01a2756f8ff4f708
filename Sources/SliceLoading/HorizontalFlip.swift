import CounterRandom

/// Mirrors every second sample left to right, by chance.
public struct HorizontalFlip: Sendable {
  private let seed: UInt64

  public init(seed: UInt64) { self.seed = seed }

  /// - Parameter sample: position in the global batch.
  public func applies(epoch: Int, step: Int, sample: Int) -> Bool {
    var random = CounterRandom(
      seed: seed, purpose: "augment.flip", epoch: epoch, step: step, sample: sample)
    return random.uniform() < 0.5
  }
}
