import CSV
import Diagnostics
import Foundation
import PipelineContract

/// The index of a converted collection, `slices.csv`, in memory.
public struct SliceTable: Sendable {
  /// Side lengths of the PNGs, in the order of the rows' extents.
  public let sizes: [Int]
  /// Sorted by shard, series, position.
  public let rows: [SliceRow]

  public init(sizes: [Int], rows: [SliceRow]) {
    self.sizes = sizes
    self.rows = rows
  }

  /// Reads the index of a published `convert` artifact.
  ///
  /// - Throws: `IchorError`: `.inputMissing` without a table, `.badData` with file and line for a
  ///   malformed one.
  public init(artifact: URL) throws {
    let reader = try SliceTableReader(
      file: artifact.appendingPathComponent(ArtifactLayout.Convert.slices))
    var rows: [SliceRow] = []
    while let row = try reader.next() { rows.append(row) }
    self.init(sizes: reader.sizes, rows: rows)
  }

  /// Columns before, for, and after the sizes.
  static let leading = ["id", "shard"]
  static let trailing = [
    "patient", "study", "series", "position", "spacing", "rows", "columns", "source", "sha256",
    "bits", "repairs",
  ]

  static func header(sizes: [Int]) -> [String] {
    leading + sizes.flatMap { ["offset_\($0)", "length_\($0)"] } + trailing
  }
}

/// Reads `slices.csv` row by row.
public final class SliceTableReader {
  public let sizes: [Int]
  private let reader: CSVReader

  public init(file: URL) throws {
    reader = try CSVReader(file: file)
    let prefix = "offset_"
    sizes = reader.header.filter { $0.hasPrefix(prefix) }
      .compactMap { Int($0.dropFirst(prefix.count)) }
    let expected = SliceTable.header(sizes: sizes)
    guard reader.header == expected else {
      throw IchorError(
        .badData, code: "csv-wrong-header",
        "the header is \"\(reader.header.joined(separator: ","))\","
          + " expected \"\(expected.joined(separator: ","))\"",
        remedy: "Convert the collection again.", at: "\(file.path):1")
    }
  }

  /// The next row, `nil` at the end.
  public func next() throws -> SliceRow? {
    guard let row = try reader.next() else { return nil }
    let extents = try sizes.indices.map { index in
      SliceExtent(
        offset: try Self.natural(row, 2 + 2 * index, "offset_\(sizes[index])"),
        length: try Self.natural(row, 3 + 2 * index, "length_\(sizes[index])"))
    }
    let after = 2 + 2 * sizes.count
    return SliceRow(
      id: row[0], shard: try Self.natural(row, 1, "shard"), extents: extents, patient: row[after],
      study: row[after + 1], series: row[after + 2],
      position: try row.number(after + 3, name: "position"),
      spacing: try Self.spacing(row, after + 4),
      rows: try Self.natural(row, after + 5, "rows"),
      columns: try Self.natural(row, after + 6, "columns"), source: row[after + 7],
      sha256: row[after + 8], bits: row[after + 9],
      repairs: row[after + 10].split(separator: ";").map(String.init))
  }

  private static func natural(_ row: CSVRow, _ column: Int, _ name: String) throws -> Int {
    let value = try row.integer(column, name: name)
    // Small enough that sums of two can't overflow.
    guard value >= 0, value < 1 << 48 else {
      throw IchorError(
        .badData, code: "csv-bad-value", "column \"\(name)\" holds \(value), which is out of range",
        remedy: "Convert the collection again.", at: row.location)
    }
    return value
  }

  private static func spacing(_ row: CSVRow, _ column: Int) throws -> SliceRow.Spacing? {
    let text = row[column]
    if text.isEmpty { return nil }
    let parts = text.split(separator: "\\", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = Double(parts[0]), let second = Double(parts[1]),
      first.isFinite, second.isFinite
    else {
      throw IchorError(
        .badData, code: "csv-bad-value",
        "column \"spacing\" holds \"\(text)\", which is not two numbers",
        remedy: "Convert the collection again.", at: row.location)
    }
    return SliceRow.Spacing(row: first, column: second)
  }
}

/// Writes `slices.csv` row by row.
public final class SliceTableWriter {
  private let sizes: Int
  private let writer: CSVWriter

  public init(file: URL, sizes: [Int]) throws {
    self.sizes = sizes.count
    writer = try CSVWriter(file: file, header: SliceTable.header(sizes: sizes))
  }

  /// - Precondition: the row has one extent a size.
  public func write(_ row: SliceRow) throws {
    precondition(row.extents.count == sizes, "a slice has one extent a size")
    let spacing = row.spacing.map { Millimetres.text($0.row) + "\\" + Millimetres.text($0.column) }
    try writer.write(
      [row.id, "\(row.shard)"] + row.extents.flatMap { ["\($0.offset)", "\($0.length)"] } + [
        row.patient, row.study, row.series, Millimetres.text(row.position), spacing ?? "",
        "\(row.rows)", "\(row.columns)", row.source, row.sha256, row.bits,
        row.repairs.joined(separator: ";"),
      ])
  }

  public func close() throws { try writer.close() }
}
