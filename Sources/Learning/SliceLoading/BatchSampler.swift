/// Decides which slices make a batch, as a pure function of its own parameters, epoch and step.
package protocol BatchSampler: Sendable {
  var share: BatchShare { get }
  /// Steps that make one epoch.
  var stepsPerEpoch: Int { get }
  /// What its weights ask for; `nil` where every slice comes once.
  var aim: SamplingAim? { get }

  /// The slices of this worker's share of a global batch, in order; fewer than
  /// `share.localBatch` only where the data ends.
  func indices(epoch: Int, step: Int) -> [Int]
}

extension BatchSampler {
  package var aim: SamplingAim? { nil }
}
