/// Every slice once, in the data set's order, as validation and prediction take them.
package struct SequentialSampler: BatchSampler {
  package let share: BatchShare
  private let count: Int

  package init(count: Int, share: BatchShare) {
    precondition(count >= 0, "a data set has no negative number of slices")
    self.count = count
    self.share = share
  }

  /// Enough that the last batch, which may be short, is taken too.
  package var stepsPerEpoch: Int { (count + share.globalBatch - 1) / share.globalBatch }

  /// The same in every epoch.
  package func indices(epoch: Int, step: Int) -> [Int] {
    share.positions.map { step * share.globalBatch + $0 }.filter { $0 < count }
  }
}
