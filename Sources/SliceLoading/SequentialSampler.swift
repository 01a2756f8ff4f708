/// Every slice once, in the data set's order, as validation and prediction take them.
public struct SequentialSampler: BatchSampler {
  public let share: BatchShare
  private let count: Int

  public init(count: Int, share: BatchShare) {
    precondition(count >= 0, "a data set has no negative number of slices")
    self.count = count
    self.share = share
  }

  /// Enough that the last batch, which may be short, is taken too.
  public var stepsPerEpoch: Int { (count + share.globalBatch - 1) / share.globalBatch }

  /// The same in every epoch.
  public func indices(epoch: Int, step: Int) -> [Int] {
    share.positions.map { step * share.globalBatch + $0 }.filter { $0 < count }
  }
}
