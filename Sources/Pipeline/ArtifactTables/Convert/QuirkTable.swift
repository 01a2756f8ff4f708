import Foundation
import PipelineContract

/// Reads and writes `quirks.csv` in one piece.
package enum QuirkTable {
  /// Reads the quirks of a published `convert` artifact.
  ///
  /// - Throws: what `read(file:)` throws.
  package static func read(artifact: URL) throws -> [QuirkRow] {
    try read(file: artifact.appendingPathComponent(ArtifactLayout.Convert.quirks))
  }

  /// - Throws: `IchorError`: `.inputMissing` without the file, `.badData` with file and line for a
  ///   malformed one.
  package static func read(file: URL) throws -> [QuirkRow] {
    try QuirkTableReader(file: file).rows()
  }

  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the file can't be written.
  package static func write(_ rows: [QuirkRow], to file: URL) throws {
    try QuirkTableWriter.write(rows, to: file)
  }
}

package typealias QuirkTableReader = TableReader<QuirkRow>
package typealias QuirkTableWriter = TableWriter<QuirkRow>
