import Diagnostics

/// Which part of every global batch one data-parallel worker computes.
///
/// The parts lie one after the other, so together they are the batch that a single worker would
/// have drawn.
package struct BatchShare: Sendable, Equatable {
  /// Samples of all workers together.
  package let globalBatch: Int
  /// Number of this worker, from 0.
  package let rank: Int
  package let worldSize: Int

  /// - Throws: `configuration` where the batch is not a positive multiple of the number of workers.
  package init(globalBatch: Int, rank: Int = 0, worldSize: Int = 1) throws {
    precondition(worldSize > 0 && (0..<worldSize).contains(rank), "rank is one of the workers")
    guard globalBatch > 0, globalBatch.isMultiple(of: worldSize) else {
      throw IchorError(
        .configuration, code: "batch-not-divisible",
        "A batch of \(globalBatch) can't be divided among \(worldSize) workers",
        remedy: "Choose a batch that is a positive multiple of the number of workers.")
    }
    self.globalBatch = globalBatch
    self.rank = rank
    self.worldSize = worldSize
  }

  /// Samples of this worker.
  package var localBatch: Int { globalBatch / worldSize }

  /// The positions in the global batch that are this worker's.
  package var positions: Range<Int> { rank * localBatch..<(rank + 1) * localBatch }
}
