import Diagnostics
import Logging
import SliceLoading
import Vocabulary

/// What the labels of the two parts of a split can teach, and can measure.
struct TrainingLabels {
  private let training: InclusionTally
  private let heldOut: InclusionTally
  /// Whether each epoch draws its own slices to be validated on.
  private let isRedrawn: Bool
  /// The dotted key of the network's section.
  private let key: String

  /// - Parameter heldOut: `nil` where each epoch draws its own slices to be validated on.
  init(training: SliceDataset, heldOut: SliceDataset?, key: String) {
    self.training = InclusionTally(of: training)
    self.heldOut = InclusionTally(of: heldOut ?? training)
    isRedrawn = heldOut == nil
    self.key = key
  }

  /// Whether all slices of the training folds bleed, or none does.
  var hasOneClass: Bool { [0, training.slices].contains(training.positives[Label.any.place]) }

  /// - Throws: `IchorError(.configuration)` where the monitor has no value on the held-out fold: an area
  ///   under the curve needs slices with the label and slices without.
  func requireDefined(_ monitor: Monitor) throws {
    guard case .labelAUC(let label) = monitor else { return }
    let positives = heldOut.positives[label.place]
    guard [0, heldOut.slices].contains(positives) else { return }
    let part = isRedrawn ? "the collection" : "the held-out fold"
    throw IchorError(
      .configuration, code: "monitor-undefined",
      "\(monitor.rawValue) has no value: \(positives) of the \(heldOut.slices) slices of \(part) "
        + "show \(label.rawValue)",
      remedy: "Choose another monitor, such as loss, or another split.fold.", at: "\(key).monitor")
  }

  /// Says which labels the training folds cannot teach.
  func warn(_ logger: Logger) {
    for label in Label.allCases {
      let positives = training.positives[label.place]
      guard [0, training.slices].contains(positives) else { continue }
      logger.warning(
        positives == 0
          ? "no training slice shows this label: the network can only learn to say so always"
          : "every training slice shows this label: the network can only learn to say so always",
        metadata: ["label": "\(label.rawValue)", "slices": "\(training.slices)"])
    }
  }
}

extension InclusionTally {
  /// What a labelled collection holds, before anything is drawn.
  fileprivate init(of data: SliceDataset) {
    guard let labels = data.labels else { preconditionFailure("training needs labels") }
    self.init(labels: labels, classes: data.classes)
  }
}
