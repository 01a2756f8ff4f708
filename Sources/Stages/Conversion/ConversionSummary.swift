import ArtifactTables
import PipelineContract

/// What a conversion did, for logs, the report and the throughput that plans estimate from.
package struct ConversionSummary: Sendable, Equatable {
  /// Slices in the artifact.
  package var slices = 0
  package var series = 0
  package var studies = 0
  package var patients = 0
  /// The rows of `quirks.csv`, those of shards from earlier runs included.
  package var tally = QuirkTally()
  /// Shards written in this run.
  package var shardsConverted = 0
  /// Shards found finished in the staging folder of an interrupted run.
  package var shardsResumed = 0
  /// Shards taken over from the artifact published before.
  package var shardsReused = 0
  /// Slices that were decoded in this run.
  package var slicesConverted = 0
  /// Wall-clock seconds of the header scan, and of writing shards.
  package var scanSeconds = 0.0
  package var convertSeconds = 0.0
  package var profile = ConversionProfile()

  package init() {}

  /// Files that are in no shard.
  package var excluded: Int { tally.excluded }
  /// Rows of `quirks.csv` for each code that occurs.
  package var quirks: [QuirkCode: Int] { tally.all }

  /// What is in the artifact, and its quirks as `quirk.CODE`.
  package var counts: [String: Int] {
    var counts = [
      Manifest.slicesCount: slices, "excluded": excluded, "series": series, "studies": studies,
      "patients": patients,
    ]
    for (code, count) in quirks { counts["quirk.\(code.rawValue)"] = count }
    return counts
  }

  /// What was done about files that are not as usual, a line for each action that occurs.
  package var quirkLines: [String] {
    QuirkRow.Action.allCases.compactMap { action in
      let counts = tally[action]
      if !counts.isEmpty { return "files \(action.rawValue): \(QuirkTally.words(counts))" }
      return action == .excluded ? "files excluded: none" : nil
    }
  }
}
