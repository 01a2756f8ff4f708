import CSV
import Diagnostics
import Foundation
import PipelineContract
import SliceShards
import TextTables
import Vocabulary

extension LabelTable {
  private static let labelCount = Label.allCases.count

  /// Reads a label CSV: RSNA's `ID,Label`, six rows an image, or one row an image with six columns.
  ///
  /// 0 or 1 each. Rows may come in any order; identical duplicates are kept once.
  ///
  /// - Parameter faults: where everything that is wrong is listed, where it is more than one thing.
  /// - Throws: `IchorError(.badData)` with `FILE:LINE` for a missing column, a malformed ID, an
  ///   unknown subtype, a label that isn't 0 or 1, a conflicting duplicate, an image without all
  ///   six rows, and an `any` that contradicts the subtypes; `.inputMissing` for a missing file.
  package init(file: URL, faults table: URL? = nil, cancellation: Cancellation) throws {
    let reader = try CSVReader(file: file, dialect: .foreign)
    let columns = try LabelColumns(reader)
    let faults = LabelFaults(table: table)
    var index = TextIndex()
    var bits: [UInt8] = []
    var seen: [UInt8] = []
    // The line of every image's every label, so that a conflict can name both.
    var lines: [UInt32] = []
    // What follows from a fault is none of its own.
    var faulty: Set<Int> = []
    var rows = 0
    var duplicateRows = 0

    func image(_ name: ArraySlice<UInt8>) -> Int {
      let image = name.withUnsafeBytes { index.insert($0) }
      if image == bits.count {
        bits.append(0)
        seen.append(0)
        lines.append(contentsOf: repeatElement(0, count: Self.labelCount))
      }
      return image
    }
    func take(_ row: CSVRow, _ image: Int, label: Int, column: Int) throws -> Bool {
      let mask = UInt8(1) << UInt8(label)
      let cell = image * Self.labelCount + label
      guard let value = LabelColumns.binary(row.trimmedBytes(of: column)) else {
        faulty.insert(image)
        try faults.add(
          Self.notBinary(row, column, "\(index[image])_\(Label.allCases[label].rawValue)"))
        return false
      }
      if seen[image] & mask != 0 {
        if (bits[image] & mask != 0) == (value == 1) { return true }
        faulty.insert(image)
        let name = "\(index[image])_\(Label.allCases[label].rawValue)"
        try faults.add(Self.conflict(row, name, value: value, first: lines[cell]))
        return false
      }
      seen[image] |= mask
      if value == 1 { bits[image] |= mask }
      lines[cell] = UInt32(clamping: row.line)
      return false
    }

    while let row = try reader.next() {
      rows += 1
      if rows % 65_536 == 0 { try cancellation.checkpoint() }
      switch columns {
      case .rows(let idColumn, let labelColumn):
        do {
          let id = try LabelRowID(row, column: idColumn)
          let image = image(id.image)
          if try take(row, image, label: id.label, column: labelColumn) { duplicateRows += 1 }
        } catch let error as IchorError where error.kind == .badData {
          try faults.add(error)
        }
      case .wide(let imageColumn, let labelColumns):
        let name = row.trimmedBytes(of: imageColumn)
        guard SliceName.isUsable(name) else {
          try faults.add(LabelRowID.malformed(row, column: imageColumn, form: "an image"))
          continue
        }
        let image = image(name)
        var repeated = 0
        for (label, column) in labelColumns.enumerated()
        where try take(row, image, label: label, column: column) { repeated += 1 }
        if repeated == Self.labelCount { duplicateRows += 1 }
      }
    }

    guard rows > 0 else {
      throw IchorError(
        .badData, code: "label-no-rows", "the label file has a header and no rows",
        remedy: "Give the collection's label CSV, with six rows per image.", at: "\(file.path):1")
    }
    for image in bits.indices where !faulty.contains(image) {
      let own = lines[(image * Self.labelCount)..<((image + 1) * Self.labelCount)]
      let fault =
        Self.incomplete(index[image], seen: seen[image], lines: own, file: file)
        ?? Self.inconsistent(index[image], bits: bits[image], lines: own, file: file)
      if let fault { try faults.add(fault) }
    }
    try faults.requireNone(at: file)
    self.init(rows: rows, duplicateRows: duplicateRows, index: index, bits: bits)
  }

  private static func notBinary(_ row: CSVRow, _ column: Int, _ name: String) -> IchorError {
    let text = row[column].prefix(60)
    return IchorError(
      .badData, code: "label-not-binary",
      "the label of \(name) is “\(text)”, but a label is 0 or 1",
      remedy: text.isEmpty
        ? "Find out what it is; an image whose labels are not known is left out with all its rows."
        : "Write 0 or 1 in that line; probabilities are no labels.", at: row.location)
  }

  private static func conflict(
    _ row: CSVRow, _ name: String, value: UInt8, first: UInt32
  ) -> IchorError {
    IchorError(
      .badData, code: "label-conflict",
      "\(name) is \(1 - value) in line \(first) and \(value) in line \(row.line)",
      remedy: "Find out which one is right, and remove the other row.", at: row.location)
  }

  private static func incomplete(
    _ image: String, seen: UInt8, lines: ArraySlice<UInt32>, file: URL
  ) -> IchorError? {
    guard seen != LabelRowFormat.complete else { return nil }
    let names = LabelRowFormat.missing(in: seen)
    let line = lines.filter { $0 > 0 }.min() ?? 0
    return IchorError(
      .badData, code: "label-incomplete",
      "\(image), first seen in this line, has no row for: \(names)",
      remedy: "Add the missing rows; an image has one for each of the six labels.",
      at: "\(file.path):\(line)")
  }

  /// `any` is 1 exactly where one of the subtypes is.
  private static func inconsistent(
    _ image: String, bits: UInt8, lines: ArraySlice<UInt32>, file: URL
  ) -> IchorError? {
    let any = bits & 1 != 0
    let subtypes = Label.allCases.enumerated().dropFirst().filter {
      bits & (1 << UInt8($0.offset)) != 0
    }
    guard any == subtypes.isEmpty else { return nil }
    let names = subtypes.map(\.element.rawValue).joined(separator: ", ")
    return IchorError(
      .badData, code: "label-any-inconsistent",
      any
        ? "\(image) has any = 1 and no subtype that is 1"
        : "\(image) has any = 0 although it is positive for: \(names)",
      remedy: "Correct its rows; any is 1 exactly where one of the subtypes is.",
      at: "\(file.path):\(lines.first ?? 0)")
  }
}
