import ArtifactTables
import Foundation
import Metrics

/// Weights that give the merged model the lowest loss on some slices.
///
/// The steps are those of expectation maximisation for the proportions of a mixture (Dempster,
/// Laird, Rubin 1977), lengthened while that lowers the loss: as weights sum to 1, what a merger
/// gives to the truth, positive or negative, is the average of what its models give. The log loss is
/// convex in the weights, so its gradient bounds how far it is from the minimum.
struct FittedWeights {
  private static let steps = 1000
  /// In nats: the loss is no further than this above the minimum.
  private static let tolerance = 1e-9

  private let names: [String]
  /// By model, row-major [slices x labels]: the probability given to the truth, clipped as the
  /// metric does.
  private let likelihoods: [[Double]]
  private let metric = LogLoss.competition()

  /// - Parameter tables: the models' predictions, in the fold's order.
  init(_ tables: [String: PredictionTable], _ fold: HeldOutFold) {
    names = tables.keys.sorted()
    likelihoods = tables.sorted { $0.key < $1.key }.map { _, table in
      let scored = fold.scored(table)
      return zip(scored.probabilities, scored.targets).map { probability, target in
        let clipped = min(max(probability, LogLoss.clip), 1 - LogLoss.clip)
        return target != 0 ? clipped : 1 - clipped
      }
    }
  }

  /// The weights by model, which sum to 1; equal ones where there are no slices.
  ///
  /// - Parameter rows: those of the fold that count.
  func fit(to rows: [Int]) -> [String: Double] {
    var weights = [Double](repeating: 1 / Double(names.count), count: names.count)
    if !rows.isEmpty {
      var (loss, gains) = evaluate(weights, rows)
      var length = 1.0
      for _ in 0..<Self.steps where (gains.max() ?? 1) - 1 > Self.tolerance {
        let scaled = zip(weights, gains).map { $0 * pow($1, length) }
        let sum = scaled.reduce(0, +)
        let tried = scaled.map { $0 / sum }
        let (triedLoss, triedGains) = evaluate(tried, rows)
        // A step of length 1 never raises the loss, except by rounding.
        if triedLoss <= loss || length == 1 {
          (weights, loss, gains) = (tried, triedLoss, triedGains)
          length *= 2
        } else {
          length = max(1, length / 4)
        }
      }
    }
    return Dictionary(uniqueKeysWithValues: zip(names, weights))
  }

  /// The loss of a merger in nats, and for each model minus the loss's derivative by its weight;
  /// the average of these by the weights is 1.
  private func evaluate(_ weights: [Double], _ rows: [Int]) -> (loss: Double, gains: [Double]) {
    let labels = metric.weights.count
    var loss = 0.0
    var gains = [Double](repeating: 0, count: weights.count)
    for row in rows {
      for label in 0..<labels {
        let place = row * labels + label
        var merged = 0.0
        for model in weights.indices { merged += weights[model] * likelihoods[model][place] }
        loss -= metric.weights[label] * log(merged)
        let scale = metric.weights[label] / merged
        for model in weights.indices { gains[model] += scale * likelihoods[model][place] }
      }
    }
    let total = Double(rows.count) * metric.weights.reduce(0, +)
    return (loss / total, gains.map { $0 / total })
  }
}
