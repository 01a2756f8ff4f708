import CSV
import Deflation
import SliceShards

/// Row of `convert/COLLECTION/slices.csv`; its form is the side lengths of the PNGs.
extension SliceRow: TableRow {
  private static let leading = ["id", "shard"]
  private static let trailing = [
    "patient", "study", "series", "position", "spacing", "rows", "columns", "source", "sha256",
    "bits", "repairs",
  ]
  private static let offset = "offset_"
  private static let length = "length_"
  private static let crc32 = "crc32_"
  /// Columns for each size.
  private static let width = 3

  package static func form(of header: [String]) -> [Int] {
    header.filter { $0.hasPrefix(offset) }.compactMap { Int($0.dropFirst(offset.count)) }
      .filter { $0 > 0 }
  }

  package static func header(_ sizes: [Int]) -> [String] {
    leading + sizes.flatMap { ["\(offset)\($0)", "\(length)\($0)", "\(crc32)\($0)"] } + trailing
  }

  /// - Throws: `IchorError(.badData)` with file and line for a field that is out of its range.
  package init(_ row: CSVRow, _ sizes: [Int]) throws {
    func natural(_ column: Int) throws -> Int {
      try row.natural(column, name: Self.header(sizes)[column])
    }
    func checksum(_ column: Int) throws -> UInt32 {
      guard let checksum = CRC32(digits: row.bytes(of: column)) else {
        throw row.fault(
          "csv-bad-value",
          "column “\(Self.header(sizes)[column])” holds “\(row[column])”, which is not eight"
            + " hexadecimal digits")
      }
      return checksum.value
    }
    let after = Self.leading.count + Self.width * sizes.count
    self.init(
      id: row[0], shard: try natural(1),
      extents: try sizes.indices.map { index in
        let first = Self.leading.count + Self.width * index
        return SliceExtent(
          offset: try natural(first), length: try natural(first + 1),
          crc32: try checksum(first + 2))
      },
      patient: row[after], study: row[after + 1], series: row[after + 2],
      position: try row.number(after + 3, name: "position"),
      spacing: try Self.spacing(row, after + 4), rows: try natural(after + 5),
      columns: try natural(after + 6), source: row[after + 7], sha256: row[after + 8],
      bits: row[after + 9], repairs: row[after + 10].split(separator: ";").map(String.init))
  }

  /// - Precondition: the row has one extent for each size.
  package func fields(_ sizes: [Int]) -> [String] {
    precondition(extents.count == sizes.count, "a slice has one extent for each size")
    let spacing = spacing.map { Millimetres.text($0.row) + "\\" + Millimetres.text($0.column) }
    return [id, "\(shard)"]
      + extents.flatMap { ["\($0.offset)", "\($0.length)", CRC32($0.crc32).text] } + [
        patient, study, series, Millimetres.text(position), spacing ?? "", "\(rows)", "\(columns)",
        source, sha256, bits, repairs.joined(separator: ";"),
      ]
  }

  private static func spacing(_ row: CSVRow, _ column: Int) throws -> Spacing? {
    let text = row[column]
    if text.isEmpty { return nil }
    let parts = text.split(separator: "\\", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = Double(parts[0]), let second = Double(parts[1]),
      first.isFinite, second.isFinite
    else {
      throw row.fault(
        "csv-bad-value", "column “spacing” holds “\(text)”, which is not two numbers")
    }
    return Spacing(row: first, column: second)
  }
}
