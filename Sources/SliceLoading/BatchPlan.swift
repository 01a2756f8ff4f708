/// Which batches a loader makes: from a position up to the end of the last epoch.
public struct BatchPlan: Sendable, Equatable {
  /// Where a run stands: the next batch to compute.
  public struct Position: Sendable, Equatable {
    public let epoch: Int
    public let step: Int

    public init(epoch: Int, step: Int) {
      self.epoch = epoch
      self.step = step
    }
  }

  public let start: Position
  /// The epoch that is not begun any more.
  public let endEpoch: Int

  /// - Precondition: the start is not negative.
  public init(start: Position = Position(epoch: 0, step: 0), endEpoch: Int) {
    precondition(start.epoch >= 0 && start.step >= 0, "epochs and steps count from 0")
    self.start = start
    self.endEpoch = endEpoch
  }

  /// One pass, as for prediction.
  public static let once = BatchPlan(endEpoch: 1)

  /// The position of the `number`-th batch from the start, `nil` after the last.
  func position(_ number: Int, stepsPerEpoch: Int) -> Position? {
    guard stepsPerEpoch > 0 else { return nil }
    let step = start.step + number
    let epoch = start.epoch + step / stepsPerEpoch
    return epoch < endEpoch ? Position(epoch: epoch, step: step % stepsPerEpoch) : nil
  }
}
