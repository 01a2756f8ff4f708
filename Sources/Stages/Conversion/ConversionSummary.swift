import ArtifactTables
import PipelineContract

/// What a conversion did, for logs, the report and the throughput that plans estimate from.
package struct ConversionSummary: Sendable, Equatable {
  /// Slices in the artifact.
  package var slices = 0
  /// Files that are in no shard.
  package var excluded = 0
  package var series = 0
  package var studies = 0
  package var patients = 0
  /// Rows of `quirks.csv` for each code that occurs.
  package var quirks: [QuirkCode: Int] = [:]
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

  /// What is in the artifact, and its quirks as `quirk.CODE`.
  package var counts: [String: Int] {
    var counts = [
      Manifest.slicesCount: slices, "excluded": excluded, "series": series, "studies": studies,
      "patients": patients,
    ]
    for (code, count) in quirks { counts["quirk.\(code.rawValue)"] = count }
    return counts
  }

  /// Quirks by code, such as `pixel-data-short 1, wrapped-12-bit 24`; empty where there are none.
  package var quirksInWords: String {
    QuirkCode.allCases.compactMap { code in quirks[code].map { "\(code.rawValue) \($0)" } }
      .joined(separator: ", ")
  }
}
