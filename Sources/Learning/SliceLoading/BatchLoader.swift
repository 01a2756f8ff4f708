import Augmentation
import Diagnostics
import Foundation

/// Reads, decodes, augments and normalises batches of slices on threads of its own, ahead of the
/// engine that consumes them.
///
/// What a batch holds is a pure function of the sampler's and the augmentation's seeds, epoch, step
/// and share; the number of threads and their order never matter. One consumer takes the batches, in
/// the order of the plan.
package final class BatchLoader {
  package let layout: BatchLayout
  /// Seconds that the consumer has waited for batches.
  package private(set) var secondsWaited = 0.0

  private let dataset: SliceDataset
  private let ring: BatchRing
  private let cancellation: Cancellation

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - layout: its batch is the sampler's `share.localBatch`, its channels the normalisation's.
  ///   - augmentation: `nil` for none, as in validation.
  ///   - threads: worker threads, at least 1; they count towards the job's budget.
  ///   - ahead: batches that may be ready or in the making, the one being consumed included; each
  ///     takes `layout.elements` float32 values.
  package init(
    dataset: SliceDataset, sampler: any BatchSampler, layout: BatchLayout,
    normalization: ImageNormalization,
    augmentation: RandomAugmentation? = nil, plan: BatchPlan, threads: Int, ahead: Int = 3,
    cancellation: Cancellation = Cancellation()
  ) {
    precondition(threads > 0 && ahead > 0, "a loader has at least one thread and one batch")
    precondition(
      layout.batch == sampler.share.localBatch && layout.channels == normalization.channels,
      "the layout, the sampler's share and the normalisation belong together")
    self.layout = layout
    self.dataset = dataset
    self.cancellation = cancellation
    ring = BatchRing(
      layout: layout, plan: plan, sampler: sampler, slots: ahead)
    precondition(
      dataset.windows.map { $0.count == layout.channels } ?? true, "each channel has its window")
    let firstSample = sampler.share.positions.lowerBound
    for number in 0..<threads {
      // The thread holds the ring and not the loader, so that the end of the loader stops it.
      let thread = Thread { [ring] in
        ring.arrive()
        var decoder = SliceDecoder(
          dataset: dataset, layout: layout, normalization: normalization)
        Self.work(ring, &decoder, augmentation, firstSample: firstSample)
      }
      thread.name = "slices-\(number)"
      thread.start()
    }
  }

  deinit { ring.stop() }

  /// The work of one thread: one image at a time until there are none left.
  private static func work(
    _ ring: BatchRing, _ decoder: inout SliceDecoder, _ augmentation: RandomAugmentation?,
    firstSample: Int
  ) {
    while let task = ring.nextTask() {
      var failure: (any Error)?
      let image = ring.image(task)
      if let slice = task.slice {
        let steps = augmentation?.steps(
          epoch: task.position.epoch, step: task.position.step, sample: firstSample + task.place,
          width: ring.layout.width, height: ring.layout.height)
        do {
          try decoder.decode(slice, augmented: steps, into: image)
        } catch let error {
          failure = error
        }
      } else {
        image.update(repeating: 0)
      }
      ring.finish(task, failure: failure)
    }
    ring.leave()
  }

  /// Waits for the next batch and lends its images to `body`, [N, C, H, W]; `nil` after the last.
  ///
  /// Images past `batch.count`, of a short last batch, are zero. When `body` returns, the workers
  /// reuse the memory.
  ///
  /// - Throws: the first error of the batch's slices, which names the slice and stops the loader;
  ///   `CancelledBySignal`; what `body` throws.
  package func withNextBatch<Result>(
    _ body: (_ batch: LoadedBatch, _ images: UnsafeBufferPointer<Float>) throws -> Result
  ) throws -> Result? {
    try cancellation.checkpoint()
    let clock = ContinuousClock()
    let start = clock.now
    let ready = try ring.waitForBatch { try cancellation.checkpoint() }
    secondsWaited += (clock.now - start) / .seconds(1)
    guard let (index, slot) = ready else { return nil }
    if let failure = slot.failure {
      ring.stop()
      throw failure.error
    }
    defer { ring.release() }
    let batch = LoadedBatch(
      epoch: slot.position.epoch, step: slot.position.step, indices: slot.indices)
    return try body(batch, UnsafeBufferPointer(ring.images(slot: index)))
  }

  /// Copies the next batch into the caller's buffers; `nil` after the last batch.
  ///
  /// - Parameters:
  ///   - images: `layout.elements` values, [N, C, H, W].
  ///   - targets: [N, classes] values for the data set's labels, 0 past a short batch's end; an
  ///     empty buffer where none are wanted.
  /// - Throws: as `withNextBatch`.
  package func next(
    into images: UnsafeMutableBufferPointer<Float>,
    targets: UnsafeMutableBufferPointer<Float> = .init(start: nil, count: 0)
  ) throws -> LoadedBatch? {
    precondition(
      images.count == layout.elements, "the caller's buffer holds exactly one batch of images")
    return try withNextBatch { batch, loaded in
      _ = images.update(fromContentsOf: loaded)
      copyTargets(of: batch, into: targets)
      return batch
    }
  }

  /// Fills `targets`, [N, classes], with a batch's labels.
  package func copyTargets(
    of batch: LoadedBatch, into targets: UnsafeMutableBufferPointer<Float>
  ) {
    if targets.isEmpty { return }
    guard let labels = dataset.labels else {
      preconditionFailure("targets of a data set without labels")
    }
    let classes = dataset.classes
    precondition(
      targets.count == layout.batch * classes, "the caller's buffer holds one batch of targets")
    targets.update(repeating: 0)
    for (place, index) in batch.indices.enumerated() {
      for label in 0..<classes {
        targets[place * classes + label] = labels[index * classes + label]
      }
    }
  }

  /// Ends the threads and waits for them; `withNextBatch` returns `nil` from then on.
  package func stop() { ring.stop() }
}

/// Which slices a batch holds.
package struct LoadedBatch: Sendable, Equatable {
  package let epoch: Int
  package let step: Int
  /// Data set indices of the slices, in order; fewer than the batch size in a short last batch.
  package let indices: [Int]

  /// Slices in the batch, padding not counted.
  package var count: Int { indices.count }
}
