import Diagnostics
import Vocabulary

extension PredictionTable {
  /// Refuses predictions that say the same of every slice: a network that has broken down.
  ///
  /// - Parameters:
  ///   - others: further tables by the same network.
  ///   - pictures: checksums of the pictures that were predicted, as far as they are known: of slices
  ///     that all look alike, equal predictions are right.
  ///   - name: what the message calls the predictions.
  ///   - location: the file, for the error.
  /// - Throws: `IchorError(.badData)` where all slices, two or more, have the same six probabilities.
  package func requireVariation(
    with others: [PredictionTable] = [], pictures: some Sequence<UInt32>, name: String,
    at location: String
  ) throws {
    let tables = ([self] + others).filter { !$0.ids.isEmpty }
    let width = Label.allCases.count
    guard let first = tables.first?.probabilities.prefix(width) else { return }
    let isConstant = tables.allSatisfy { table in
      table.probabilities.indices.allSatisfy { table.probabilities[$0] == first[$0 % width] }
    }
    guard isConstant, Set(pictures).count > 1 else { return }
    throw IchorError(
      .badData, code: "prediction-constant",
      "\(name) has the same probabilities for every slice, whatever the slice shows",
      remedy: "Look at the network's history and train it again, or leave it out of merge.models.",
      at: location)
  }
}
