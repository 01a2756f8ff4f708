import Diagnostics
import Foundation
import PipelineContract

/// The index of a converted collection, `slices.csv`, in memory.
package struct SliceTable: Sendable {
  /// Side lengths of the PNGs, in the order of the rows' extents.
  package let sizes: [Int]
  /// Sorted by shard, series, position; no ID occurs twice.
  package let rows: [SliceRow]

  /// Reads the index of a published `convert` artifact.
  ///
  /// - Throws: `IchorError`: `.inputMissing` without a table, `.badData` with file and line for a
  ///   malformed one, one that has an ID twice, or one without slices.
  package init(artifact: URL) throws {
    let file = artifact.appendingPathComponent(ArtifactLayout.Convert.slices)
    let reader = try SliceTableReader(file: file)
    sizes = reader.sizes
    rows = try reader.rows()
    guard !rows.isEmpty else {
      throw IchorError(
        .badData, code: "slice-none", "the converted collection has no slices",
        remedy: "Look into its \(ArtifactLayout.Convert.quirks) for the files that were left out.",
        at: reader.location)
    }
  }
}

package typealias SliceTableReader = TableReader<SliceRow>
package typealias SliceTableWriter = TableWriter<SliceRow>

extension TableReader where Row == SliceRow {
  /// Side lengths of the PNGs, in the order of the rows' extents.
  package var sizes: [Int] { form }
}

extension TableWriter where Row == SliceRow {
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the file can't be made.
  package convenience init(file: URL, sizes: [Int]) throws {
    try self.init(file: file, form: sizes)
  }
}
