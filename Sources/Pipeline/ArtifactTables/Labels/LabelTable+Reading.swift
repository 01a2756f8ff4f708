import CSV
import Diagnostics
import Foundation
import PipelineContract
import TextTables
import Vocabulary

extension LabelTable {
  private static let labelCount = Label.allCases.count

  /// Reads a label CSV in RSNA's format.
  ///
  /// `ID,Label`, six rows per image, `ID_<hex>_<subtype>`, 0 or 1.
  /// Rows may come in any order; identical duplicates are kept once.
  /// - Throws: `IchorError(.badData)` with `FILE:LINE` for a missing column, a malformed ID, an
  ///   unknown subtype, a label that isn't 0 or 1, a conflicting duplicate, an image without all
  ///   six rows, and an `any` that contradicts the subtypes; `.inputMissing` for a missing file.
  package init(file: URL, cancellation: Cancellation) throws {
    let reader = try CSVReader(file: file, required: LabelRowFormat.header)
    let idColumn = try reader.column(LabelRowFormat.id)
    let labelColumn = try reader.column(LabelRowFormat.label)
    var index = TextIndex()
    var bits: [UInt8] = []
    var seen: [UInt8] = []
    // The line of every image's every label, so that a conflict can name both.
    var lines: [UInt32] = []
    var rows = 0
    var duplicateRows = 0

    while let row = try reader.next() {
      rows += 1
      if rows % 65_536 == 0 { try cancellation.checkpoint() }
      let id = try LabelRowID(row, column: idColumn)
      let value = try Self.binary(row, labelColumn, idColumn)
      let image = id.image.withUnsafeBytes { index.insert($0) }
      if image == bits.count {
        bits.append(0)
        seen.append(0)
        lines.append(contentsOf: repeatElement(0, count: Self.labelCount))
      }
      let mask = UInt8(1) << UInt8(id.label)
      let cell = image * Self.labelCount + id.label
      if seen[image] & mask != 0 {
        guard (bits[image] & mask != 0) == (value == 1) else {
          throw Self.conflict(row, idColumn, value: value, first: lines[cell])
        }
        duplicateRows += 1
        continue
      }
      seen[image] |= mask
      if value == 1 { bits[image] |= mask }
      lines[cell] = UInt32(clamping: row.line)
    }

    guard rows > 0 else {
      throw IchorError(
        .badData, code: "label-no-rows", "the label file has a header and no rows",
        remedy: "Give the collection's label CSV, with six rows per image.", at: "\(file.path):1")
    }
    for image in bits.indices {
      let own = lines[(image * Self.labelCount)..<((image + 1) * Self.labelCount)]
      try Self.checkComplete(index[image], seen: seen[image], lines: own, file: file)
      try Self.checkConsistent(index[image], bits: bits[image], lines: own, file: file)
    }
    self.init(rows: rows, duplicateRows: duplicateRows, index: index, bits: bits)
  }

  private static func binary(_ row: CSVRow, _ column: Int, _ idColumn: Int) throws -> UInt8 {
    let bytes = row.bytes(of: column)
    if bytes.count == 1, let byte = bytes.first {
      if byte == UInt8(ascii: "0") { return 0 }
      if byte == UInt8(ascii: "1") { return 1 }
    }
    throw IchorError(
      .badData, code: "label-not-binary",
      "the label of \(row[idColumn]) is “\(row[column])”, but a label is 0 or 1",
      remedy: "Write 0 or 1 in that line.", at: row.location)
  }

  private static func conflict(
    _ row: CSVRow, _ idColumn: Int, value: UInt8, first: UInt32
  ) -> IchorError {
    IchorError(
      .badData, code: "label-conflict",
      "\(row[idColumn]) is \(1 - value) in line \(first) and \(value) in line \(row.line)",
      remedy: "Find out which one is right, and remove the other row.", at: row.location)
  }

  private static func checkComplete(
    _ image: String, seen: UInt8, lines: ArraySlice<UInt32>, file: URL
  ) throws {
    guard seen != LabelRowFormat.complete else { return }
    let names = LabelRowFormat.missing(in: seen)
    let line = lines.filter { $0 > 0 }.min() ?? 0
    throw IchorError(
      .badData, code: "label-incomplete",
      "\(image), first seen in this line, has no row for: \(names)",
      remedy: "Add the missing rows; an image has one for each of the six labels.",
      at: "\(file.path):\(line)")
  }

  /// `any` is 1 exactly where one of the subtypes is.
  private static func checkConsistent(
    _ image: String, bits: UInt8, lines: ArraySlice<UInt32>, file: URL
  ) throws {
    let any = bits & 1 != 0
    let subtypes = Label.allCases.enumerated().dropFirst().filter {
      bits & (1 << UInt8($0.offset)) != 0
    }
    guard any == subtypes.isEmpty else { return }
    let names = subtypes.map(\.element.rawValue).joined(separator: ", ")
    throw IchorError(
      .badData, code: "label-any-inconsistent",
      any
        ? "\(image) has any = 1 and no subtype that is 1"
        : "\(image) has any = 0 although it is positive for: \(names)",
      remedy: "Correct its rows; any is 1 exactly where one of the subtypes is.",
      at: "\(file.path):\(lines.first ?? 0)")
  }
}
