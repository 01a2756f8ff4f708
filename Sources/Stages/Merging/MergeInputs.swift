import Foundation
import PipelineConfiguration
import PipelineContract

/// Where the merge stage finds what it reads.
package struct MergeInputs: Sendable {
  /// The artifact `split`.
  package let split: URL
  /// The artifact `convert/test`.
  package let test: URL
  /// Model to its artifact `predict/MODEL`.
  package let predictions: [String: URL]
  package let sampleSubmission: URL?
  package let heldOutFold: Int
  package let weights: MergeWeighting
  /// Whether the models were trained on phantoms.
  package let synthetic: Bool
  /// Whether the models saw the held-out fold while they were trained.
  package let leaky: Bool

  package init(
    split: URL, test: URL, predictions: [String: URL], sampleSubmission: URL?, heldOutFold: Int,
    weights: MergeWeighting, synthetic: Bool, leaky: Bool = false
  ) {
    self.split = split
    self.test = test
    self.predictions = predictions
    self.sampleSubmission = sampleSubmission
    self.heldOutFold = heldOutFold
    self.weights = weights
    self.synthetic = synthetic
    self.leaky = leaky
  }

  /// The artifacts of a configured run.
  package init(layout: ArtifactLayout, configuration: Configuration) {
    self.init(
      split: layout.directory(StageInstance(.split)),
      test: layout.directory(StageInstance(.convert, .test)),
      predictions: Dictionary(
        uniqueKeysWithValues: Set(configuration.merge.models).map {
          ($0, layout.directory(StageInstance(.predict, $0)))
        }),
      sampleSubmission: configuration.submissionFile(in: layout),
      heldOutFold: configuration.split.fold,
      weights: configuration.merge.weights, synthetic: configuration.isSynthetic,
      leaky: configuration.split.redrawEachEpoch)
  }
}
