import Randomness
import Synchronization

/// Plain epochs: every slice once, in a random order, then every slice once in another.
///
/// Step `step` of epoch `epoch` takes the next `globalBatch` slices of an endless series of
/// permutations. So no slice is dropped where the batch does not divide their number, and an epoch
/// may have fewer or more steps than a pass over the data.
package final class EpochPermutation: BatchSampler {
  package let share: BatchShare
  package let stepsPerEpoch: Int
  private let count: Int
  private let seed: UInt64
  /// The permutations of the last two passes; a cache of what `permutation(pass:)` computes.
  private let recent = Mutex<[(pass: Int, order: [Int32])]>([])

  /// - Parameters:
  ///   - count: number of slices, at least 1.
  ///   - stepsPerEpoch: by default as many as fit into one pass, at least 1.
  package init(count: Int, share: BatchShare, seed: UInt64, stepsPerEpoch: Int? = nil) {
    precondition(count > 0 && count <= Int32.max, "a permutation takes 1 to 2^31 - 1 slices")
    precondition(stepsPerEpoch ?? 1 > 0, "an epoch has at least one step")
    self.count = count
    self.share = share
    self.seed = seed
    self.stepsPerEpoch = stepsPerEpoch ?? max(1, count / share.globalBatch)
  }

  package func indices(epoch: Int, step: Int) -> [Int] {
    let first = (epoch * stepsPerEpoch + step) * share.globalBatch
    var pass = -1
    var order: [Int32] = []
    return share.positions.map { position in
      let place = first + position
      if place / count != pass {
        pass = place / count
        order = permutation(pass: pass)
      }
      return Int(order[place % count])
    }
  }

  /// A shuffle of 0..<count, keyed by (seed, pass).
  private func permutation(pass: Int) -> [Int32] {
    recent.withLock { recent in
      if let known = recent.first(where: { $0.pass == pass }) { return known.order }
      var random = CounterRandom(seed: seed, purpose: "sample.permutation", epoch: pass)
      var order = (0..<Int32(count)).map { $0 }
      random.shuffle(&order)
      recent = recent.suffix(1) + [(pass, order)]
      return order
    }
  }
}
