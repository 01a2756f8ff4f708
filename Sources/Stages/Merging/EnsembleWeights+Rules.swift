import ArtifactTables
import Diagnostics
import Foundation
import PipelineConfiguration

extension EnsembleWeights {
  /// - Parameters:
  ///   - losses: validation loss by model, at least one.
  ///   - weighting: `inverseLoss`: (1 - loss) / sum of (1 - loss), with 1 - loss not below
  ///     `leastShare`; `equal`: the same for all; `fitted`: as `fit` says; given shares, each by the
  ///     sum of all.
  ///   - leaky: whether the losses are of slices that the models were trained on.
  ///   - fit: the shares that fit the held-out slices, by model.
  package init(
    losses: [String: Double], weighting: MergeWeighting, leaky: Bool = false,
    fit: () -> [String: Double]
  ) {
    let shares: [String: Double] =
      switch weighting {
      case .rule(.inverseLoss): losses.mapValues { max(1 - $0, Self.leastShare) }
      case .rule(.equal): losses.mapValues { _ in 1 }
      case .rule(.fitted): fit()
      case .given(let shares): shares
      }
    self.init(losses: losses, shares: shares, leaky: leaky)
  }

  /// - Parameter shares: what the weights are proportional to, by model.
  init(losses: [String: Double], shares: [String: Double], leaky: Bool) {
    precondition(!losses.isEmpty, "an ensemble has at least one model")
    // Summed in order of the names: a dictionary's own order changes from run to run.
    let sum = shares.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
    var models: [String: Model] = [:]
    for (name, loss) in losses {
      models[name] = Model(loss: loss, weight: (shares[name] ?? 0) / sum)
    }
    self.init(models: models, leaky: leaky)
  }

  /// The weighted average of the models' probabilities.
  ///
  /// - Parameters:
  ///   - tables: one for every model of the weights.
  ///   - ids: the slices, in the order wanted.
  /// - Throws: `IchorError(.badData)` where a model does not cover the same slices.
  func average(
    of tables: [String: PredictionTable], ids: [String], collection: String
  ) throws -> PredictionTable {
    var sums: [Double] = []
    for (name, model) in models.sorted(by: { $0.key < $1.key }) {
      guard let table = tables[name] else {
        preconditionFailure("every weighted model has its predictions")
      }
      let own = try table.ordered(by: ids, name: "\(collection) of \(name)").probabilities
      if sums.isEmpty { sums = Array(repeating: 0, count: own.count) }
      for index in own.indices { sums[index] += model.weight * own[index] }
    }
    // Rounding may take a sum of ones a hair above 1.
    return PredictionTable(ids: ids, probabilities: sums.map { min(max($0, 0), 1) })
  }

  /// The merged model on the held-out fold, as it is scored.
  ///
  /// - Parameters:
  ///   - tables: one for every model of the weights, in the fold's order.
  ///   - weighting: where it is `fitted`, each half of the patients is merged by weights that were fitted
  ///     to the other half, so that no slice has a say in its own score.
  /// - Throws: `IchorError(.badData)` where a model does not cover the same slices.
  func heldOut(
    _ tables: [String: PredictionTable], fold: HeldOutFold, weighting: MergeWeighting
  ) throws -> PredictionTable {
    guard case .rule(.fitted) = weighting else {
      return try average(of: tables, ids: fold.ids, collection: "the validation")
    }
    let fitted = FittedWeights(tables, fold)
    let halves = fold.halves
    var merged = [Double](repeating: 0, count: fold.targets.count)
    let labels = fold.targets.count / fold.ids.count
    for (half, other) in [(0, 1), (1, 0)] {
      let weights = EnsembleWeights(
        losses: models.mapValues(\.loss), shares: fitted.fit(to: halves[other]),
        leaky: leaky)
      let all = try weights.average(of: tables, ids: fold.ids, collection: "the validation")
      for row in halves[half] {
        for place in row * labels..<(row + 1) * labels { merged[place] = all.probabilities[place] }
      }
    }
    return PredictionTable(ids: fold.ids, probabilities: merged)
  }
}
