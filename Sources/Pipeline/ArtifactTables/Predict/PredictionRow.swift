import CSV
import Vocabulary

/// The probabilities of one slice: a row of `predict/MODEL/*.csv` and of the merged ones.
package struct PredictionRow: Equatable, Sendable {
  package let id: String
  /// In contract order, each in [0, 1].
  package let probabilities: [Double]
}

extension PredictionRow: TableRow {
  private static let columns = ["id"] + Label.allCases.map(\.rawValue)

  package static func header(_: Void) -> [String] { columns }

  /// - Throws: `IchorError(.badData)` with file and line for a value that is no probability.
  package init(_ row: CSVRow, _: Void) throws {
    self.init(
      id: row[0],
      probabilities: try Label.allCases.enumerated().map { index, label in
        try row.probability(index + 1, name: label.rawValue)
      })
  }

  /// Probabilities have seven significant digits.
  package func fields(_: Void) -> [String] {
    [id] + probabilities.map { SignificantDigits.text($0) }
  }
}
