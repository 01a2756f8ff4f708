import CTImaging
import Diagnostics
import Foundation
import PipelineContract
import SliceLoading
import Vocabulary

/// `model.json`: what a checkpoint must be fed with, and what it was made from.
///
/// Prediction takes every setting of the input from here and refuses data made otherwise.
package struct ModelCard: Codable, Equatable, Sendable {
  /// Mean and standard deviation of the training slices, of pixels scaled to 0...1, by channel.
  package struct Normalization: Codable, Equatable, Sendable {
    package var mean: [Float]
    package var deviation: [Float]
  }

  package var architecture: Architecture
  /// Edge length of the input in pixels.
  package var size: Int
  /// One per input channel.
  package var windows: [WindowName]
  /// Whether the slices hold Hounsfield units, to which the windows are applied while loading.
  package var hounsfield: Bool
  package var normalization: Normalization
  /// The order of the logits.
  package var labels: [String]
  /// Digests of the artifacts that it was trained on, by instance.
  package var trainedOn: [String: String]
  /// What the sampler drew, beside what the training slices hold; written when training is done.
  package var sampling: InclusionTally?
  /// Whether the held-out fold was trained on, `split.redraw_each_epoch`: then every validation loss
  /// of the network is LEAKY.
  package var leaky: Bool

  static func read(from file: URL) throws -> ModelCard {
    let card = try CanonicalJSON.read(ModelCard.self, from: file)
    guard card.labels == Label.allCases.map(\.rawValue),
      PictureContent.windowCount.contains(card.windows.count),
      card.normalization.mean.count == card.windows.count,
      card.normalization.deviation.count == card.windows.count,
      card.normalization.mean.allSatisfy(\.isFinite),
      card.normalization.deviation.allSatisfy({ $0.isFinite && $0 > 0 })
    else {
      throw IchorError(
        .badData, code: "model-card-inconsistent",
        "labels, windows and normalization do not belong together",
        remedy: "train the model again", at: file.path(percentEncoded: false))
    }
    return card
  }

  /// The windows to apply while loading; `nil` where the slices show them already.
  var loadedWindows: [Window]? { hounsfield ? windows.map(Window.init) : nil }

  /// - Throws: `badData` where it is missing or its counts contradict each other.
  func requireSampling(_ file: URL) throws -> InclusionTally {
    guard let sampling, sampling.slices > 0, sampling.draws > 0,
      sampling.positives.count == labels.count, sampling.drawnPositives.count == labels.count,
      sampling.positives.allSatisfy({ (0...sampling.slices).contains($0) }),
      sampling.drawnPositives.allSatisfy({ (0...sampling.draws).contains($0) })
    else {
      throw IchorError(
        .badData, code: "model-sampling", "what the training drew is missing or contradictory",
        remedy: "train the model again", at: file.path(percentEncoded: false))
    }
    return sampling
  }

  var imageNormalization: ImageNormalization {
    ImageNormalization(mean: normalization.mean, deviation: normalization.deviation)
  }
}
