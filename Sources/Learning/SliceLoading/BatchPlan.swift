/// Which batches a loader makes: from a position up to the end of the last epoch.
package struct BatchPlan: Sendable, Equatable {
  /// Where a run stands: the next batch to compute.
  package struct Position: Sendable, Equatable {
    package let epoch: Int
    package let step: Int

    package init(epoch: Int, step: Int) {
      self.epoch = epoch
      self.step = step
    }
  }

  package let start: Position
  /// The first epoch that is no longer begun.
  package let endEpoch: Int

  /// - Precondition: the start is not negative.
  package init(start: Position = Position(epoch: 0, step: 0), endEpoch: Int) {
    precondition(start.epoch >= 0 && start.step >= 0, "epochs and steps count from 0")
    self.start = start
    self.endEpoch = endEpoch
  }

  /// One pass, as for prediction.
  package static let once = BatchPlan(endEpoch: 1)

  /// The position of the `number`-th batch from the start, `nil` after the last.
  func position(_ number: Int, stepsPerEpoch: Int) -> Position? {
    guard stepsPerEpoch > 0 else { return nil }
    let step = start.step + number
    let epoch = start.epoch + step / stepsPerEpoch
    return epoch < endEpoch ? Position(epoch: epoch, step: step % stepsPerEpoch) : nil
  }
}
