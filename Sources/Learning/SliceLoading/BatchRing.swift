import Diagnostics
import Foundation

/// The ready and half-filled batches between worker threads and their consumer.
///
/// Batches are opened, filled and consumed in the order of the plan. Every member below `condition`
/// is read and written only while it is locked; a slot's values are written by the workers that
/// hold its tasks and read by the consumer after the last of them has finished.
final class BatchRing: @unchecked Sendable {
  /// One image to make.
  struct Task {
    let slot: Int
    /// Place in the worker's share of the batch.
    let place: Int
    /// The slice, `nil` for the padding of a short batch.
    let slice: Int?
    let position: BatchPlan.Position
  }

  struct Slot {
    var position = BatchPlan.Position(epoch: 0, step: 0)
    var indices: [Int] = []
    /// Images not yet finished.
    var pending = 0
    /// The error of the lowest place, so that the threads' timing doesn't decide which is reported.
    var failure: (place: Int, error: any Error)?
  }

  let layout: BatchLayout
  /// [slots, N, C, H, W].
  private let values: UnsafeMutableBufferPointer<Float>
  private let plan: BatchPlan
  private let sampler: any BatchSampler

  private static let patience = Duration.seconds(20)

  private let condition = NSCondition()
  private var slots: [Slot]
  /// Batches whose tasks are being or have been handed out.
  private var opened = 0
  /// The next place of the last opened batch to hand out.
  private var nextPlace: Int
  /// Batches that the consumer is done with.
  private var consumed = 0
  private var isStopped = false
  private var activeWorkers = 0
  /// Whether any worker has begun; the system may refuse all of them without a word.
  private var hasBegun = false

  init(
    layout: BatchLayout, plan: BatchPlan, sampler: any BatchSampler, slots: Int
  ) {
    self.layout = layout
    self.plan = plan
    self.sampler = sampler
    self.slots = [Slot](repeating: Slot(), count: slots)
    nextPlace = layout.batch
    values = .allocate(capacity: slots * layout.elements)
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }

  /// The values of one batch.
  func images(slot: Int) -> UnsafeMutableBufferPointer<Float> {
    .init(rebasing: values[slot * layout.elements..<(slot + 1) * layout.elements])
  }

  /// The values of one image.
  func image(_ task: Task) -> UnsafeMutableBufferPointer<Float> {
    let first = task.slot * layout.elements + task.place * layout.imageElements
    return .init(rebasing: values[first..<first + layout.imageElements])
  }

  // MARK: Workers

  /// The first thing a worker does.
  func arrive() {
    condition.lock()
    activeWorkers += 1
    hasBegun = true
    condition.unlock()
  }

  /// The next image to make; waits while all slots are full. `nil` when there is no more to do.
  func nextTask() -> Task? {
    condition.lock()
    defer { condition.unlock() }
    while !isStopped {
      if nextPlace == layout.batch {
        guard let position = plan.position(opened, stepsPerEpoch: sampler.stepsPerEpoch) else {
          return nil
        }
        if opened - consumed == slots.count {
          condition.wait()
          continue
        }
        open(at: position)
      }
      let slot = (opened - 1) % slots.count
      let indices = slots[slot].indices
      let slice = nextPlace < indices.count ? indices[nextPlace] : nil
      defer { nextPlace += 1 }
      return Task(slot: slot, place: nextPlace, slice: slice, position: slots[slot].position)
    }
    return nil
  }

  private func open(at position: BatchPlan.Position) {
    let indices = sampler.indices(epoch: position.epoch, step: position.step)
    precondition(
      indices.count <= layout.batch, "the sampler draws no more slices than a batch holds")
    slots[opened % slots.count] = Slot(
      position: position, indices: indices, pending: layout.batch)
    opened += 1
    nextPlace = 0
  }

  func finish(_ task: Task, failure: (any Error)?) {
    condition.lock()
    defer { condition.unlock() }
    if let failure, task.place < slots[task.slot].failure?.place ?? .max {
      slots[task.slot].failure = (task.place, failure)
    }
    slots[task.slot].pending -= 1
    if slots[task.slot].pending == 0 { condition.broadcast() }
  }

  /// The last thing a worker does.
  func leave() {
    condition.lock()
    activeWorkers -= 1
    condition.broadcast()
    condition.unlock()
  }

  // MARK: Consumer

  /// Waits for the next batch in order; `nil` after the last one or after `stop()`.
  ///
  /// - Parameter checkpoint: called now and then while waiting.
  /// - Throws: what `checkpoint` throws; `inputOutput` where no worker has begun in `patience` seconds.
  func waitForBatch(checkpoint: () throws -> Void) throws -> (index: Int, slot: Slot)? {
    let pollSeconds = 0.05
    let begun = ContinuousClock.now
    condition.lock()
    defer { condition.unlock() }
    while !isStopped, plan.position(consumed, stepsPerEpoch: sampler.stepsPerEpoch) != nil {
      let index = consumed % slots.count
      if opened > consumed, slots[index].pending == 0 { return (index, slots[index]) }
      try checkpoint()
      if !hasBegun, ContinuousClock.now - begun > Self.patience {
        throw IchorError(
          .inputOutput, code: "threads-refused", "The system starts no thread to load slices with",
          remedy: "Raise the limit on processes (ulimit -u, or pids.max of the control group).")
      }
      _ = condition.wait(until: Date(timeIntervalSinceNow: pollSeconds))
    }
    return nil
  }

  /// Gives the slot of the oldest batch back to the workers.
  func release() {
    condition.lock()
    consumed += 1
    condition.broadcast()
    condition.unlock()
  }

  /// Lets the workers end and waits until they have; each finishes at most one more image.
  func stop() {
    condition.lock()
    isStopped = true
    condition.broadcast()
    while activeWorkers > 0 { condition.wait() }
    condition.unlock()
  }
}
