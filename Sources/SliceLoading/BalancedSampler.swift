import CounterRandom
import Diagnostics

/// Draws positive slices with a given probability, however rare they are: each sample of a batch
/// is independently positive with that probability, then uniform among its kind, with replacement.
///
/// This changes the base rates that a network learns: `InclusionTally` records by how much.
public struct BalancedSampler: BatchSampler {
  public let share: BatchShare
  public let stepsPerEpoch: Int
  /// Probability that a sample is positive.
  public let positiveFraction: Double
  private let positives: [Int32]
  private let negatives: [Int32]
  private let seed: UInt64

  /// - Parameters:
  ///   - isPositive: for each slice, whether it is drawn as a positive one.
  ///   - stepsPerEpoch: by default as many as draw the number of slices, at least 1.
  /// - Throws: `badData` where a kind that is to be drawn has no slice.
  public init(
    isPositive: [Bool], positiveFraction: Double, share: BatchShare, seed: UInt64,
    stepsPerEpoch: Int? = nil
  ) throws {
    precondition((0...1).contains(positiveFraction), "a fraction lies in 0...1")
    precondition(isPositive.count <= Int32.max, "a sampler takes up to 2^31 - 1 slices")
    precondition(stepsPerEpoch ?? 1 > 0, "an epoch has at least one step")
    positives = isPositive.indices.filter { isPositive[$0] }.map(Int32.init)
    negatives = isPositive.indices.filter { !isPositive[$0] }.map(Int32.init)
    guard positiveFraction == 0 || !positives.isEmpty, positiveFraction == 1 || !negatives.isEmpty
    else {
      throw IchorError(
        .badData, code: "sampler-kind-empty",
        "of \(isPositive.count) training slices \(positives.count) are positive, so a fraction of "
          + "\(positiveFraction) can't be drawn",
        remedy: "Train without balancing, or give slices of both kinds")
    }
    self.positiveFraction = positiveFraction
    self.share = share
    self.seed = seed
    self.stepsPerEpoch = stepsPerEpoch ?? max(1, isPositive.count / share.globalBatch)
  }

  public func indices(epoch: Int, step: Int) -> [Int] {
    share.positions.map { position in
      var random = CounterRandom(
        seed: seed, purpose: "sample.balanced", epoch: epoch, step: step, sample: position)
      let kind = random.uniform() < positiveFraction ? positives : negatives
      return Int(kind[random.below(kind.count)])
    }
  }
}
