import CSV
import Diagnostics
import Foundation
import PipelineContract

/// Reads and writes `quirks.csv` in one piece.
public enum QuirkTable {
  /// Reads the quirks of a published `convert` artifact.
  public static func read(artifact: URL) throws -> [QuirkRow] {
    try read(file: artifact.appendingPathComponent(ArtifactLayout.Convert.quirks))
  }

  /// - Throws: what `QuirkTableReader` throws.
  public static func read(file: URL) throws -> [QuirkRow] {
    let reader = try QuirkTableReader(file: file)
    var rows: [QuirkRow] = []
    while let row = try reader.next() { rows.append(row) }
    return rows
  }

  public static func write(_ rows: [QuirkRow], to file: URL) throws {
    let writer = try QuirkTableWriter(file: file)
    for row in rows { try writer.write(row) }
    try writer.close()
  }
}

/// Reads `quirks.csv` row by row.
public final class QuirkTableReader {
  private let reader: CSVReader

  /// - Throws: `IchorError`: `.inputMissing` without the table, `.badData` for another header.
  public init(file: URL) throws { reader = try CSVReader(file: file, exact: QuirkRow.header) }

  /// The next row, `nil` at the end.
  ///
  /// - Throws: `IchorError(.badData)` with file and line for an unknown code or action.
  public func next() throws -> QuirkRow? {
    guard let row = try reader.next() else { return nil }
    guard let code = QuirkCode(rawValue: row[2]), let action = QuirkRow.Action(rawValue: row[4])
    else {
      throw IchorError(
        .badData, code: "csv-bad-value",
        "\"\(row[2])\" with action \"\(row[4])\" is not a quirk of this version",
        remedy: "Convert the collection again.", at: row.location)
    }
    return QuirkRow(file: row[0], id: row[1], code: code, detail: row[3], action: action)
  }
}

/// Writes `quirks.csv` row by row.
public final class QuirkTableWriter {
  private let writer: CSVWriter

  public init(file: URL) throws { writer = try CSVWriter(file: file, header: QuirkRow.header) }

  public func write(_ row: QuirkRow) throws {
    try writer.write([row.file, row.id, row.code.rawValue, row.detail, row.action.rawValue])
  }

  public func close() throws { try writer.close() }
}
