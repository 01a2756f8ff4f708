import ArtifactTables
import ExternalSorting
import Foundation
import PipelineContract

/// The rows of `quirks.csv` of the artifact published before, found for files whose names ascend.
final class PublishedQuirks {
  private let lookup: SortedLookup

  /// Sorts the table.
  ///
  /// - Returns: `nil` where it can't be read.
  /// - Throws: `IchorError` where scratch can't be written.
  init?(artifact: URL, scratch: ScratchFolder) throws {
    let file = artifact.appendingPathComponent(ArtifactLayout.Convert.quirks)
    guard let reader = try? QuirkTableReader(file: file) else { return nil }
    let sorter = ExternalSorter(in: scratch)
    while true {
      let next: QuirkRow?
      do { next = try reader.next() } catch { return nil }
      guard let row = next else { break }
      var record = SortableRecord(text: row.file)
      // The rows of a file keep their order.
      record.append(sorter.count)
      for text in [row.id, row.code.rawValue, row.detail, row.action.rawValue] {
        record.append(text: text)
      }
      try sorter.append(record)
    }
    lookup = try SortedLookup(sorter)
  }

  var isEmpty: Bool { lookup.isEmpty }

  /// The rows of a file, packed.
  ///
  /// - Parameter name: a text as `SortableRecord` writes it, above the one asked for before.
  func rows(of name: UnsafeRawBufferPointer) throws -> [UInt8] {
    var packed: [UInt8] = []
    try lookup.forEachMatch(of: name) { fields in
      _ = try fields.integer()
      packed.append(contentsOf: fields.rest)
    }
    return packed
  }

  /// Unpacks the rows of a file.
  static func unpack(_ packed: [UInt8], file: String) throws -> [QuirkRow] {
    try packed.withUnsafeBytes { bytes in
      var fields = RecordFields(bytes)
      var rows: [QuirkRow] = []
      while !fields.isAtEnd {
        let (id, code) = (try fields.text(), QuirkCode(rawValue: try fields.text()))
        let (detail, action) = (try fields.text(), QuirkRow.Action(rawValue: try fields.text()))
        guard let code, let action else { continue }
        rows.append(QuirkRow(file: file, id: id, code: code, detail: detail, action: action))
      }
      return rows
    }
  }
}
