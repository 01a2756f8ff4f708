import Diagnostics
import Foundation

/// The slices that no model was trained on, with their truth.
package struct HeldOutFold: Sendable {
  /// In the order of `split/slices.csv`.
  package let ids: [String]
  /// Row-major, [slices x labels].
  package let targets: [UInt8]
  /// The patient of each slice.
  package let patients: [String]

  package var patientCount: Int { Set(patients).count }

  /// - Parameter file: the split's file, for the error.
  /// - Throws: `IchorError(.badData)` where no slice is held out, or none is left to train on.
  package init(_ split: SplitTable, fold: Int, file: URL) throws {
    let rows = split.heldOut(fold: fold)
    guard !rows.isEmpty, rows.count < split.rows.count else {
      throw IchorError(
        .badData, code: "split-empty-fold",
        rows.isEmpty ? "fold \(fold) has no slices" : "no slice lies outside fold \(fold)",
        remedy: "Run the split stage again with this configuration.", at: file.path)
    }
    ids = rows.map(\.id)
    targets = rows.flatMap(\.labels)
    patients = rows.map(\.patient)
  }
}
