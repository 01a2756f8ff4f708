import Diagnostics
import Foundation
import Splitting
import Metrics
import PipelineContract
import Vocabulary

/// The slices that no model was trained on, with their truth, and the floor to beat there.
package struct HeldOutFold: Sendable {
  /// In the order of `split/slices.csv`.
  package let ids: [String]
  /// Row-major, [slices x labels].
  package let targets: [UInt8]
  package let patients: Int
  /// The rows of every second patient, by name, and those of the others.
  let halves: [[Int]]
  /// The base rates of the other folds.
  package let constant: ConstantPredictor

  /// - Parameter file: for error messages.
  package init(_ split: SplitTable, fold: Int, file: URL) throws {
    let rows = split.heldOut(fold: fold)
    let training = split.training(fold: fold).flatMap(\.labels)
    guard !rows.isEmpty,
      let constant = ConstantPredictor(baseRatesOf: training, labelCount: Label.allCases.count)
    else {
      throw IchorError(
        .badData, code: "split-empty-fold",
        rows.isEmpty ? "fold \(fold) has no slice" : "no slice lies outside fold \(fold)",
        remedy: "Run the split stage again with this configuration.", at: file.path)
    }
    ids = rows.map(\.id)
    targets = rows.flatMap(\.labels)
    let names = Set(rows.map(\.patient)).sorted()
    let second = Set(names.enumerated().filter { $0.offset % 2 == 1 }.map(\.element))
    patients = names.count
    halves = [true, false].map { isSecond in
      rows.indices.filter { second.contains(rows[$0].patient) == isSecond }
    }
    self.constant = constant
  }

  init(_ inputs: MergeInputs) throws {
    let file = inputs.split.appendingPathComponent(ArtifactLayout.Split.slices)
    try self.init(SplitTable(file: file), fold: inputs.heldOutFold, file: file)
  }

  /// Predictions beside the truth.
  ///
  /// - Precondition: the table is in the fold's order.
  package func scored(_ table: PredictionTable) -> ScoredSlices {
    precondition(table.ids == ids, "predictions are in the order of the fold")
    return ScoredSlices(
      probabilities: table.probabilities, targets: targets, labelCount: Label.allCases.count)
  }
}
