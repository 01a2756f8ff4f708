import CSV
import Diagnostics
import Foundation
import PipelineContract
import Vocabulary

/// A CSV of probabilities, one row a slice: `id` and the six labels in contract order.
package struct PredictionTable: Sendable {
  package static let header = ["id"] + Label.allCases.map(\.rawValue)

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
    rowOfID = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
  }

  /// Reads the file; an error names its line.
  package init(file: URL) throws {
    let reader = try CSVReader(file: file, exact: Self.header)
    var ids: [String] = []
    var probabilities: [Double] = []
    var rowOfID: [String: Int] = [:]
    while let row = try reader.next() {
      guard rowOfID.updateValue(ids.count, forKey: row[0]) == nil else {
        throw IchorError(
          .badData, code: "prediction-duplicate-id", "\(row[0]) was predicted twice",
          remedy: "Run the predict stage again.", at: row.location)
      }
      ids.append(row[0])
      for (index, label) in Label.allCases.enumerated() {
        let value = try row.number(index + 1, name: label.rawValue)
        guard (0...1).contains(value) else {
          throw IchorError(
            .badData, code: "prediction-not-a-probability",
            "\(label.rawValue) of \(row[0]) is \(value), a probability is between 0 and 1",
            remedy: "Run the predict stage again.", at: row.location)
        }
        probabilities.append(value)
      }
    }
    self.ids = ids
    self.probabilities = probabilities
    self.rowOfID = rowOfID
  }

  /// Writes the probabilities with seven significant digits.
  package func write(to file: URL) throws {
    let writer = try CSVWriter(file: file, header: Self.header)
    for id in ids {
      try writer.write([id] + (self[id] ?? []).map { SignificantDigits.text($0) })
    }
    try writer.close()
  }

  /// The six probabilities of a slice, `nil` where there are none.
  package subscript(id: String) -> [Double]? {
    guard let row = rowOfID[id] else { return nil }
    let width = Label.allCases.count
    return Array(probabilities[(row * width)..<((row + 1) * width)])
  }

  /// The same slices in another order.
  ///
  /// - Throws: `IchorError(.badData)` where the table has other slices than those asked for.
  /// - Parameter name: what the table is, for the message.
  package func ordered(by wanted: [String], name: String) throws -> PredictionTable {
    let missing = wanted.filter { rowOfID[$0] == nil }
    guard missing.isEmpty, wanted.count == ids.count else {
      let known = Set(wanted)
      let extra = ids.filter { !known.contains($0) }
      let examples = [
        missing.first.map { "\(missing.count) are missing, such as \($0)" },
        extra.first.map { "\(extra.count) are not wanted, such as \($0)" },
      ]
      throw IchorError(
        .badData, code: "prediction-other-slices",
        "\(name) covers other slices than it should: "
          + examples.compactMap(\.self).joined(separator: "; "),
        remedy: "Run its predict stage again, so that all models see the same slices.")
    }
    return PredictionTable(ids: wanted, probabilities: wanted.flatMap { self[$0] ?? [] })
  }
}
