import Randomness
import Diagnostics
import Foundation
import Synchronization

/// Weighted epochs: each slice takes part with the probability of its kind, and of those that do,
/// as many as an epoch holds are drawn by weight, without replacement, in a random order.
///
/// Algorithm A-ES of Efraimidis and Spirakis, "Weighted random sampling with a reservoir"
/// (Information Processing Letters 97, 2006, 181-185): of keys u^(1/w) the largest win; here of
/// -log(u) / w the smallest, which is the same order without underflow. The draw is that of taking
/// slices one after the other, each in proportion to its weight among those not yet taken.
///
/// Where fewer slices take part than the epoch holds, all of them are taken and the rest is drawn
/// in another round, with keys of its own; so a slice comes at most once per round. An epoch that
/// takes most of what takes part leaves the weights little to decide. `InclusionTally` records the
/// result.
package final class WeightedSampler: BatchSampler {
  package let share: BatchShare
  package let stepsPerEpoch: Int
  package let aim: SamplingAim?
  private let seed: UInt64
  /// Probability of taking part, by slice; 0 where its weight is 0.
  private let keep: [Double]
  private let weights: [Double]
  /// The last two epochs, as the loader runs ahead; a cache of what `order(epoch:)` computes.
  private let recent = Mutex<[(epoch: Int, order: [Int32])]>([])

  /// - Parameters:
  ///   - labels: row-major [slices, classes], 0 or 1; the first class is `any`.
  ///   - stepsPerEpoch: by default as many as draw the number of slices that take part on average,
  ///     at least 1.
  /// - Throws: `badData` where a kind that is to be drawn has no slices, or fewer than one slice
  ///   takes part on average.
  package init(
    labels: [Float], classes: Int, rates: SamplingRates, share: BatchShare, seed: UInt64,
    stepsPerEpoch: Int? = nil
  ) throws {
    precondition(
      classes > 0 && labels.count.isMultiple(of: classes), "labels are whole rows of classes")
    precondition(labels.count <= Int32.max, "a sampler takes up to 2^31 - 1 labels")
    precondition(stepsPerEpoch ?? 1 > 0, "an epoch has at least one step")
    let weights = try rates.weights(labels: labels, classes: classes)
    keep = weights.indices.map { slice in
      if weights[slice] == 0 { return 0 }
      return labels[slice * classes] == 0 ? rates.keepNegative : rates.keepPositive
    }
    let expected = keep.reduce(0, +)
    guard expected >= 1 else {
      throw IchorError(
        .badData, code: "sampler-keeps-nothing",
        "Of \(weights.count) training slices, \(expected) take part in an epoch on average",
        remedy: "Raise keep_positive or keep_negative.")
    }
    self.weights = weights
    aim = SamplingAim(keep: keep, weights: weights, labels: labels, classes: classes)
    self.share = share
    self.seed = seed
    self.stepsPerEpoch = stepsPerEpoch ?? max(1, Int(expected) / share.globalBatch)
  }

  package func indices(epoch: Int, step: Int) -> [Int] {
    let order = order(epoch: epoch)
    let first = step * share.globalBatch
    return share.positions.map { Int(order[first + $0]) }
  }

  /// All slices of an epoch, in the order of its steps; keyed by (seed, epoch).
  private func order(epoch: Int) -> [Int32] {
    recent.withLock { recent in
      if let known = recent.first(where: { $0.epoch == epoch }) { return known.order }
      let size = stepsPerEpoch * share.globalBatch
      var order: [Int32] = []
      var round = 0
      while order.count < size {
        order += draw(size - order.count, epoch: epoch, round: round)
        round += 1
      }
      // The order of the keys reveals the weights.
      var random = CounterRandom(seed: seed, purpose: "sample.order", epoch: epoch)
      random.shuffle(&order)
      recent = recent.suffix(1) + [(epoch, order)]
      return order
    }
  }

  /// Up to `count` of the slices that take part in a round, by ascending key.
  func draw(_ count: Int, epoch: Int, round: Int) -> [Int32] {
    var keys: [(key: Double, slice: Int32)] = []
    for slice in keep.indices {
      var random = CounterRandom(
        seed: seed, purpose: "sample.weighted", epoch: epoch, step: round, sample: slice)
      guard random.uniform() < keep[slice] else { continue }
      keys.append((-log(1 - random.uniform()) / weights[slice], Int32(slice)))
    }
    keys.sort { $0.key != $1.key ? $0.key < $1.key : $0.slice < $1.slice }
    return keys.prefix(count).map(\.slice)
  }
}
