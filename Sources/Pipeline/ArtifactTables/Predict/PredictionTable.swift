import Diagnostics
import Foundation
import Vocabulary

/// A CSV of probabilities, one row per slice: `id` and the six labels in contract order.
package struct PredictionTable: Sendable {
  /// In the order of the file.
  package let ids: [String]
  /// Row-major, [slices x labels], each in [0, 1].
  package let probabilities: [Double]
  private let rowOfID: [String: Int]

  /// - Precondition: six probabilities for every ID, and no ID twice.
  package init(ids: [String], probabilities: [Double]) {
    precondition(
      probabilities.count == ids.count * Label.allCases.count, "a slice has six probabilities")
    self.ids = ids
    self.probabilities = probabilities
    rowOfID = Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    precondition(rowOfID.count == ids.count, "no slice is predicted twice")
  }

  /// - Throws: `IchorError`: `.inputMissing` without the file, `.badData` with file and line for a
  ///   malformed one, one that has an ID twice, or a value that is no probability.
  package init(file: URL) throws {
    var ids: [String] = []
    var probabilities: [Double] = []
    try TableReader<PredictionRow>(file: file).forEach { row in
      ids.append(row.id)
      probabilities += row.probabilities
    }
    self.init(ids: ids, probabilities: probabilities)
  }

  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the file can't be written.
  package func write(to file: URL) throws {
    let width = Label.allCases.count
    try TableWriter.write(
      ids.enumerated().lazy.map { row, id in
        PredictionRow(
          id: id, probabilities: Array(probabilities[(row * width)..<((row + 1) * width)]))
      }, to: file)
  }

  /// The six probabilities of a slice, `nil` where there are none.
  package subscript(id: String) -> [Double]? {
    guard let row = rowOfID[id] else { return nil }
    let width = Label.allCases.count
    return Array(probabilities[(row * width)..<((row + 1) * width)])
  }

  /// The same slices in another order.
  ///
  /// - Parameters:
  ///   - wanted: no ID twice.
  ///   - name: what the message calls the table.
  /// - Throws: `IchorError(.badData)` where the table has other slices than those asked for.
  package func ordered(by wanted: [String], name: String) throws -> PredictionTable {
    let missing = wanted.filter { rowOfID[$0] == nil }
    guard missing.isEmpty, wanted.count == ids.count else {
      let known = Set(wanted)
      let extra = ids.filter { !known.contains($0) }
      let examples = [
        missing.first.map { "\(missing.count) missing, such as \($0)" },
        extra.first.map { "\(extra.count) not wanted, such as \($0)" },
      ]
      throw IchorError(
        .badData, code: "prediction-other-slices",
        "\(name) does not cover the slices that it should: "
          + examples.compactMap(\.self).joined(separator: "; "),
        remedy: "Run the stage that writes it again, so that all tables cover the same slices.")
    }
    return PredictionTable(ids: wanted, probabilities: wanted.flatMap { self[$0] ?? [] })
  }
}
