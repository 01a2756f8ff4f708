import ArtifactTables

/// How many rows of a `quirks.csv` have each code, by what was done about the file.
package struct QuirkTally: Sendable, Equatable {
  private var counts: [QuirkRow.Action: [QuirkCode: Int]] = [:]

  package init() {}

  mutating func add(_ code: QuirkCode, _ action: QuirkRow.Action) {
    counts[action, default: [:]][code, default: 0] += 1
  }

  /// The codes that occur with an action.
  package subscript(action: QuirkRow.Action) -> [QuirkCode: Int] { counts[action] ?? [:] }

  /// The codes that occur, with any action.
  package var all: [QuirkCode: Int] {
    counts.values.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
  }

  /// Files that are in no shard.
  package var excluded: Int { self[.excluded].values.reduce(0, +) }

  /// Such as `not-ct 24, pixel-data-short 1`; empty where there are none.
  static func words(_ counts: [QuirkCode: Int]) -> String {
    QuirkCode.allCases.compactMap { code in counts[code].map { "\(code.rawValue) \($0)" } }
      .joined(separator: ", ")
  }
}
