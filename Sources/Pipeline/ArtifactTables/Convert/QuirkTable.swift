import Foundation
import PipelineContract

/// Reads and writes `quirks.csv` in one piece.
package enum QuirkTable {
  /// Reads the quirks of a published `convert` artifact.
  package static func read(artifact: URL) throws -> [QuirkRow] {
    try read(file: artifact.appendingPathComponent(ArtifactLayout.Convert.quirks))
  }

  /// - Throws: what `TableReader` throws.
  package static func read(file: URL) throws -> [QuirkRow] {
    try QuirkTableReader(file: file).rows()
  }

  package static func write(_ rows: [QuirkRow], to file: URL) throws {
    try QuirkTableWriter.write(rows, to: file)
  }
}

package typealias QuirkTableReader = TableReader<QuirkRow>
package typealias QuirkTableWriter = TableWriter<QuirkRow>
