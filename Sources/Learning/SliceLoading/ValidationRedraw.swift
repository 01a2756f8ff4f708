import Randomness
import Synchronization

/// Draws a share of all slices for validation, anew in every epoch, as a pure function of seed and
/// epoch.
///
/// The slices of one patient look alike, and every slice is trained on in most epochs: losses on
/// such a draw flatter the network. It exists to reproduce what others did, and its results must be
/// stamped as leaky.
package final class ValidationRedraw: Sendable {
  /// Slices in all.
  package let count: Int
  /// Slices drawn in each epoch.
  package let heldOutCount: Int
  private let seed: UInt64
  /// The last two epochs, as the loader runs ahead; a cache of what `parts(epoch:)` computes.
  private let recent = Mutex<[(epoch: Int, parts: Parts)]>([])

  private typealias Parts = (heldOut: [Int], rest: [Int])

  /// - Parameters:
  ///   - count: number of slices, at least 2.
  ///   - folds: one part in this many is drawn, at least one slice; at least 2.
  package init(count: Int, folds: Int, seed: UInt64) {
    precondition(count >= 2 && folds >= 2, "there is something to draw and something to leave")
    self.count = count
    heldOutCount = max(1, count / folds)
    self.seed = seed
  }

  /// The slices that an epoch is validated on, in their order.
  package func heldOut(epoch: Int) -> [Int] { parts(epoch: epoch).heldOut }

  /// The slices that an epoch is trained on, in their order.
  package func rest(epoch: Int) -> [Int] { parts(epoch: epoch).rest }

  /// A slice is drawn where its key, a function of (seed, epoch, slice), is among the smallest.
  private func parts(epoch: Int) -> Parts {
    recent.withLock { recent in
      if let known = recent.first(where: { $0.epoch == epoch }) { return known.parts }
      var keys = (0..<count).map { slice in
        var random = CounterRandom(
          seed: seed, purpose: "split.redraw", epoch: epoch, sample: slice)
        return (key: random.next() as UInt64, slice: slice)
      }
      keys.sort { ($0.key, $0.slice) < ($1.key, $1.slice) }
      let parts = (
        heldOut: keys.prefix(heldOutCount).map(\.slice).sorted(),
        rest: keys.dropFirst(heldOutCount).map(\.slice).sorted()
      )
      recent = recent.suffix(1) + [(epoch, parts)]
      return parts
    }
  }
}
