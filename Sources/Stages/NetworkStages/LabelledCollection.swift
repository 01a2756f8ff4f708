import ArtifactTables
import Augmentation
import CTImaging
import Diagnostics
import Foundation
import PipelineConfiguration
import PipelineContract
import SliceLoading
import Vocabulary

/// The labelled slices of the split, as data sets for one size.
struct LabelledCollection {
  /// The slices that are trained on; with a redraw those of all folds.
  let training: SliceDataset
  /// The fold that is held out.
  let heldOut: SliceDataset
  /// Which of the training slices each epoch is validated on in place of the held-out fold.
  let redraw: ValidationRedraw?

  /// - Parameter windows: those to apply while loading; `nil` where the slices show them already.
  /// - Throws: `IchorError`: `.badData` where a part is empty or the split names a slice that is
  ///   not there, `.configuration` where the collection was not converted to `size`.
  init(
    convert: URL, split: URL, parameters: SplitParameters, size: Int, windows: [Window]?
  ) throws {
    let fold = parameters.fold
    let table = try SliceTable(artifact: convert)
    let rows = Dictionary(table.rows.map { ($0.id, $0) }) { first, _ in first }
    let splitFile = split.appendingPathComponent(ArtifactLayout.Split.slices)
    let assignments = try SplitTable(file: splitFile)

    func dataset(_ part: [SplitTable.Row], _ name: String) throws -> SliceDataset {
      guard !part.isEmpty else {
        throw IchorError(
          .badData, code: "split-part-empty", "the \(name) part has no slices",
          remedy: "Give more patients, or another split.fold.",
          at: splitFile.path(percentEncoded: false))
      }
      let slices = try part.map { row -> SliceRow in
        guard let slice = rows[row.id] else {
          throw IchorError(
            .badData, code: "slice-not-converted", "\(row.id) is in the split but not converted",
            remedy: "Run the split stage again.", at: splitFile.path(percentEncoded: false))
        }
        return slice
      }
      return SliceDataset(
        source: try ShardSource(rows: slices, of: table, artifact: convert, size: size),
        ids: part.map(\.id), labels: part.flatMap { $0.labels.map(Float.init) },
        classes: Label.allCases.count, windows: windows)
    }
    heldOut = try dataset(assignments.heldOut(fold: fold), "held-out")
    let others = assignments.training(fold: fold)
    training = try dataset(
      parameters.redrawEachEpoch && !others.isEmpty ? assignments.rows : others, "training")
    redraw =
      parameters.redrawEachEpoch
      ? ValidationRedraw(
        count: training.count, folds: parameters.folds,
        seed: UInt64(bitPattern: Int64(parameters.seed))) : nil
  }
}
