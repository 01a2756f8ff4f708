extension Stage {
  /// The version of what the stage's program makes of equal parameters and inputs; manifests record
  /// it, and an artifact of another version is stale.
  ///
  /// Raise it by one in the change that makes a stage write other bytes, or bytes with another
  /// meaning, for the same parameters and inputs: another rounding, another default that no key
  /// shows, another column. Leave it where only the speed, the log, the terminal or a file of
  /// `ArtifactLayout.isWallClock` changes. What a stage reads from another stage is that one's
  /// version: a new column of `split/slices.csv` raises `split` alone.
  ///
  /// `GoldenOutputTests` holds a digest of each stage's outputs for its version, and fails where the
  /// outputs change and this does not.
  package var resultsVersion: Int {
    switch self {
    case .phantom: 1
    case .convert: 1
    case .split: 1
    case .train: 1
    case .predict: 1
    case .merge: 2
    case .report: 1
    }
  }
}
