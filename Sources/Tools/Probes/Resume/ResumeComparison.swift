import Diagnostics
import ContentHashing
import Foundation
import PipelineContract

/// Two finished training runs, compared with each other.
package struct ResumeComparison: Sendable {
  /// One file of both runs.
  package struct Row: Sendable {
    package let file: String
    /// SHA-256 in the uninterrupted run and in the one that was killed.
    package let whole: String
    package let resumed: String

    package var isEqual: Bool { whole == resumed }
  }

  package let rows: [Row]

  package var isEqual: Bool { rows.allSatisfy(\.isEqual) }

  /// Compares what a training makes, byte for byte; its timings are of the clock.
  ///
  /// - Throws: `inputMissing` where a file is missing.
  init(_ whole: TrialFolder, _ resumed: TrialFolder) throws {
    typealias Names = ArtifactLayout.Train
    rows = try [Names.best, Names.last, Names.model, Names.history].map { name in
      func hash(_ trial: TrialFolder) throws -> String {
        try ContentHash.sha256(contentsOf: trial.layout.file(name, of: trial.instance))
      }
      return Row(file: name, whole: try hash(whole), resumed: try hash(resumed))
    }
  }
}
