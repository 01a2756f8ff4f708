import ArtifactTables
import Diagnostics
import Foundation
import Metrics
import PipelineContract
import Vocabulary

extension HeldOutFold {
  init(_ inputs: MergeInputs) throws {
    let file = inputs.split.appendingPathComponent(ArtifactLayout.Split.slices)
    try self.init(SplitTable(file: file), fold: inputs.heldOutFold, file: file)
  }

  /// The rows of every second patient, by name, and those of the others.
  var halves: [[Int]] {
    let names = Set(patients).sorted()
    let second = Set(names.enumerated().filter { $0.offset % 2 == 1 }.map(\.element))
    return [true, false].map { isSecond in
      patients.indices.filter { second.contains(patients[$0]) == isSecond }
    }
  }

  /// Predictions with the truth.
  ///
  /// - Precondition: the table is in the fold's order.
  func scored(_ table: PredictionTable) -> ScoredSlices {
    precondition(table.ids == ids, "predictions are in the order of the fold")
    return ScoredSlices(
      probabilities: table.probabilities, targets: targets, labelCount: Label.allCases.count)
  }
}

extension ConstantPredictor {
  /// The base rates that the split counted in the other folds.
  ///
  /// - Throws: `IchorError(.badData)` where the split holds out another fold.
  init(_ inputs: MergeInputs) throws {
    let file = inputs.split.appendingPathComponent(ArtifactLayout.Split.summary)
    let summary = try SplitSummary.read(from: file)
    guard summary.heldOutFold == inputs.heldOutFold else {
      throw IchorError(
        .badData, code: "split-other-fold",
        "the split holds out fold \(summary.heldOutFold), not fold \(inputs.heldOutFold)",
        remedy: "Run the split stage again with this configuration.", at: file.path)
    }
    self.init(probabilities: summary.baseRatesInOrder)
  }
}
