import Diagnostics
import Foundation
import SliceLoading
import Vocabulary

/// What a network says of some slices, and whether that can be right.
struct PredictedSlices {
  let dataset: SliceDataset
  /// Row-major [slices, labels].
  let logits: [Float]
  let probabilities: [Double]

  private static let remedy =
    "Look at the network's history, train it again with a lower learning_rate or in f32, or leave it "
    + "out of merge.models."

  /// - Parameters:
  ///   - network: what errors call it.
  ///   - weights: the file of its weights, for errors.
  /// - Throws: `IchorError(.badData)` for the first slice with a logit that is not finite.
  func requireFinite(_ network: String, weights: URL) throws {
    guard let place = logits.firstIndex(where: { !$0.isFinite }) else { return }
    let (slice, label) = place.quotientAndRemainder(dividingBy: dataset.classes)
    throw IchorError(
      .badData, code: "logits-not-finite",
      "\(network) gives slice \(dataset.ids[slice]) the logit \(logits[place]) for "
        + "\(Label.allCases[label].rawValue)",
      remedy: Self.remedy, at: weights.path(percentEncoded: false))
  }

  /// Refuses a network whose probability of a label is the same whatever it is shown: it has broken
  /// down, and scores, correction and merger would take it for a cautious one.
  ///
  /// - Throws: `IchorError(.badData)` that names the label; what reading a picture throws.
  static func requireVariation(
    _ parts: [PredictedSlices], _ network: String, weights: URL
  ) throws {
    guard let first = parts.first(where: { $0.dataset.count > 0 }) else { return }
    for label in Label.allCases {
      let value = first.probabilities[label.place]
      let isConstant = parts.allSatisfy { part in
        stride(from: label.place, to: part.probabilities.count, by: part.dataset.classes)
          .allSatisfy { part.probabilities[$0] == value }
      }
      guard isConstant, try differ(parts) else { continue }
      throw IchorError(
        .badData, code: "output-constant",
        "\(network) gives every slice the probability \(value) of \(label.rawValue), whatever the "
          + "slice shows", remedy: remedy, at: weights.path(percentEncoded: false))
    }
  }

  /// Whether not all of the pictures are the same.
  private static func differ(_ parts: [PredictedSlices]) throws -> Bool {
    var (first, other): ([UInt8], [UInt8]) = ([], [])
    for part in parts {
      for index in 0..<part.dataset.count {
        try part.dataset.source.readPNG(at: index, into: &other)
        if first.isEmpty { first = other }
        if first != other { return true }
      }
    }
    return false
  }
}
