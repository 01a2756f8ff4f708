import Synchronization

/// Applies another sampler to the slices that an epoch's validation leaves.
package final class RedrawingSampler: BatchSampler {
  /// Makes the sampler of some slices from their labels, row-major [slices, classes]; where
  /// `stepsPerEpoch` is `nil`, it chooses the number of steps.
  package typealias Maker =
    @Sendable (_ labels: [Float], _ stepsPerEpoch: Int?) throws -> any BatchSampler

  package let share: BatchShare
  package let stepsPerEpoch: Int
  /// Of the first epoch.
  package let aim: SamplingAim?
  private let redraw: ValidationRedraw
  private let labels: [Float]
  private let classes: Int
  private let make: Maker
  /// The samplers of the last two epochs; a cache of what `sampler(epoch:)` makes.
  private let recent = Mutex<[(epoch: Int, sampler: any BatchSampler)]>([])

  /// - Parameters:
  ///   - labels: of all slices, row-major [slices, classes].
  ///   - epochs: their number; each one's sampler is made once, to see that it can be.
  ///   - stepsPerEpoch: the same for every epoch; by default that of the first one's sampler.
  /// - Throws: what `make` throws.
  package init(
    _ redraw: ValidationRedraw, labels: [Float], classes: Int, epochs: Int, stepsPerEpoch: Int?,
    make: @escaping Maker
  ) throws {
    precondition(
      epochs > 0 && labels.count == redraw.count * classes, "every slice has its labels")
    self.redraw = redraw
    self.labels = labels
    self.classes = classes
    self.make = make
    let first = try make(
      Self.labels(labels, classes, of: redraw.rest(epoch: 0)), stepsPerEpoch)
    share = first.share
    aim = first.aim
    self.stepsPerEpoch = first.stepsPerEpoch
    for epoch in 0..<epochs { _ = try sampler(epoch: epoch) }
  }

  package func indices(epoch: Int, step: Int) -> [Int] {
    let rest = redraw.rest(epoch: epoch)
    guard let sampler = try? sampler(epoch: epoch) else {
      preconditionFailure("only the epochs that were announced are asked for")
    }
    return sampler.indices(epoch: epoch, step: step).map { rest[$0] }
  }

  private func sampler(epoch: Int) throws -> any BatchSampler {
    try recent.withLock { recent in
      if let known = recent.first(where: { $0.epoch == epoch }) { return known.sampler }
      let own = try make(
        Self.labels(labels, classes, of: redraw.rest(epoch: epoch)), stepsPerEpoch)
      recent = recent.suffix(1) + [(epoch, own)]
      return own
    }
  }

  private static func labels(_ labels: [Float], _ classes: Int, of slices: [Int]) -> [Float] {
    slices.flatMap { labels[($0 * classes)..<(($0 + 1) * classes)] }
  }
}
