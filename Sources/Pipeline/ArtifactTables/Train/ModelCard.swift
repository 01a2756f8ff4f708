import Diagnostics
import Foundation
import Vocabulary

/// `train/MODEL/model.json`: what a checkpoint must be fed with, and what it was made from.
///
/// Prediction takes every setting of the input from here and refuses data made otherwise.
package struct ModelCard: ArtifactDocument {
  /// Mean and standard deviation of the training slices' pixels, scaled to 0...1, by channel.
  package struct Normalization: Codable, Equatable, Sendable {
    package var mean: [Float]
    package var deviation: [Float]

    package init(mean: [Float], deviation: [Float]) {
      self.mean = mean
      self.deviation = deviation
    }
  }

  /// What the sampler drew over the whole training, and what the training slices hold.
  package struct Sampling: Codable, Equatable, Sendable {
    /// Slices in the data.
    package let slices: Int
    /// Slices in the data that carry each label.
    package let positives: [Int]
    /// Samples drawn.
    package let draws: Int
    /// Samples drawn that carry each label.
    package let drawnPositives: [Int]
    /// Share of the draws that each label would have as the sampler's weights have it; `nil` where
    /// every slice is drawn as often.
    package let asked: [Double]?

    enum CodingKeys: String, CodingKey {
      case slices, positives, draws, asked
      case drawnPositives = "drawn_positives"
    }

    package init(
      slices: Int, positives: [Int], draws: Int, drawnPositives: [Int], asked: [Double]? = nil
    ) {
      self.slices = slices
      self.positives = positives
      self.draws = draws
      self.drawnPositives = drawnPositives
      self.asked = asked
    }
  }

  /// The epoch whose weights are in `best.safetensors`.
  package struct Kept: Codable, Equatable, Sendable {
    /// Counted from 1.
    package let epoch: Int
    /// What it was chosen by.
    package let monitor: Monitor
    /// The monitor's value: a loss, or an area under the curve.
    package let score: Double
    package let validationLoss: Double

    enum CodingKeys: String, CodingKey {
      case epoch, monitor, score
      case validationLoss = "validation_loss"
    }

    package init(epoch: Int, monitor: Monitor, score: Double, validationLoss: Double) {
      self.epoch = epoch
      self.monitor = monitor
      self.score = score
      self.validationLoss = validationLoss
    }
  }

  /// The weights that `continue_from` began with.
  package struct Origin: Codable, Equatable, Sendable {
    /// `best` or `last`, of the artifact or the work that was there.
    package let weights: PhaseStart
    /// SHA-256 of their file.
    package let sha256: String
    /// Epochs that they had been trained for.
    package let epochs: Int

    package init(weights: PhaseStart, sha256: String, epochs: Int) {
      self.weights = weights
      self.sha256 = sha256
      self.epochs = epochs
    }
  }

  package var architecture: Architecture
  /// Edge length of the input in pixels.
  package var size: Int
  /// One for each input channel.
  package var windows: [WindowName]
  /// Whether the slices hold Hounsfield units, to which the windows are applied while loading.
  package var hounsfield: Bool
  package var normalization: Normalization
  /// The order of the logits.
  package var labels: [String]
  /// Digests of the artifacts that it was trained on, by instance.
  package var trainedOn: [String: String]
  /// The number format that it was trained in; `nil` in cards of versions before.
  package var precision: Precision?
  /// Written when training is done.
  package var sampling: Sampling?
  /// Written when training is done.
  package var kept: Kept?
  /// The epochs after which early stopping ended a phase, counted from 1; written when training is
  /// done, where any was.
  package var stoppedAfter: [Int]?
  /// Written when training is done, where `continue_from` was set.
  package var continuedFrom: Origin?
  /// Whether the held-out fold was trained on, `split.redraw_each_epoch`: then every validation loss
  /// of the network is LEAKY.
  package var leaky: Bool

  package init(
    architecture: Architecture, size: Int, windows: [WindowName], hounsfield: Bool,
    normalization: Normalization, trainedOn: [String: String], leaky: Bool
  ) {
    self.architecture = architecture
    self.size = size
    self.windows = windows
    self.hounsfield = hounsfield
    self.normalization = normalization
    labels = Label.allCases.map(\.rawValue)
    self.trainedOn = trainedOn
    self.leaky = leaky
  }

  package var fault: String? {
    // Far beyond any picture, and small enough that no extent computed from it overflows.
    if !(1...1 << 16).contains(size) { return "an input can't be \(size) pixels wide" }
    guard labels == Label.allCases.map(\.rawValue),
      PictureContent.windowCount.contains(windows.count),
      normalization.mean.count == windows.count,
      normalization.deviation.count == windows.count,
      normalization.mean.allSatisfy(\.isFinite),
      normalization.deviation.allSatisfy({ $0.isFinite && $0 > 0 })
    else { return "labels, windows and normalization do not belong together" }
    return nil
  }

  /// The counts of what the training drew.
  ///
  /// - Throws: `IchorError(.badData)` where they are missing or contradict each other.
  package func requireSampling(_ file: URL) throws -> Sampling {
    guard let sampling, sampling.slices > 0, sampling.draws > 0,
      sampling.positives.count == labels.count, sampling.drawnPositives.count == labels.count,
      sampling.positives.allSatisfy({ (0...sampling.slices).contains($0) }),
      sampling.drawnPositives.allSatisfy({ (0...sampling.draws).contains($0) }),
      sampling.asked.map({ $0.count == labels.count && $0.allSatisfy((0...1).contains) }) ?? true
    else {
      throw TableFault.error(
        "model-sampling", "what the training drew is missing or contradictory", at: file.path)
    }
    return sampling
  }
}
