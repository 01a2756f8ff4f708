import CSV
import Diagnostics
import Foundation
import Vocabulary

/// Which rows the submission has, and in which order.
package struct SubmissionOrder: Sendable {
  /// One row: an image and one of its labels.
  package struct Row: Hashable, Sendable {
    package let image: String
    package let label: Label
  }

  package let rows: [Row]
  /// In order of first appearance.
  package let images: [String]

  /// Every image, sorted, with its labels in RSNA's order.
  package init(sorting images: Set<String>) {
    self.images = images.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    rows = self.images.flatMap { image in
      LabelRowFormat.order.map { Row(image: image, label: $0) }
    }
  }

  /// The rows of a sample submission, `ID,Label`, in its order; a row listed twice is written twice.
  ///
  /// - Throws: `IchorError(.badData)` with its line for a malformed ID or an image without all six
  ///   rows; `.inputMissing` where there is no such file.
  package init(sample file: URL, cancellation: Cancellation) throws {
    let reader = try CSVReader(
      file: file, required: LabelRowFormat.header, dialect: .foreign)
    let column = try reader.column(LabelRowFormat.id)
    var rows: [Row] = []
    var images: [String] = []
    var seen: [String: UInt8] = [:]
    var lines: [Int] = []
    while let row = try reader.next() {
      if rows.count % 65_536 == 0 { try cancellation.checkpoint() }
      let id = try LabelRowID(row, column: column)
      let image = String(decoding: id.image, as: UTF8.self)
      let known = seen[image] ?? 0
      let bit = UInt8(1) << UInt8(id.label)
      if known == 0 {
        images.append(image)
        lines.append(row.line)
      }
      seen[image] = known | bit
      rows.append(Row(image: image, label: Label.allCases[id.label]))
    }
    guard !rows.isEmpty else {
      throw IchorError(
        .badData, code: "submission-no-rows", "the sample submission has no rows",
        remedy: "Give the competition's sample submission, or set data.test.submission to null.",
        at: "\(file.path):1")
    }
    for (image, line) in zip(images, lines) where seen[image] != LabelRowFormat.complete {
      throw IchorError(
        .badData, code: "submission-incomplete",
        "\(image), first seen in this line, has no row for: "
          + LabelRowFormat.missing(in: seen[image] ?? 0),
        remedy: "Add the missing rows; an image has one for each of the six labels.",
        at: "\(file.path):\(line)")
    }
    self.rows = rows
    self.images = images
  }
}
