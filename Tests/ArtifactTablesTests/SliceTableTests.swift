import ArtifactTables
import Diagnostics
import Foundation
import PipelineContract
import SliceShards
import TestFolders
import Testing

@Suite struct SliceTableTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func row(_ id: String, shard: Int = 3, position: Double = 0) -> SliceRow {
    SliceRow(
      id: id, shard: shard,
      extents: [
        SliceExtent(offset: 512, length: 768, crc32: 0x00c0_ffee),
        SliceExtent(offset: 512, length: 9, crc32: .max),
      ],
      patient: "P,1", study: "St\"1\"", series: "Se1", position: position,
      spacing: SliceRow.Spacing(row: 0.488281, column: 0.5), rows: 512, columns: 500,
      source: "a b/1.dcm", sha256: String(repeating: "ab", count: 32), bits: "16s",
      repairs: ["wrapped-12-bit", "other"])
  }

  @Test func indexHasTheContractsColumnsAndReadsBack() throws {
    let root = folder.url
    let file = root.appendingPathComponent(ArtifactLayout.Convert.slices)
    var bare = row("ID_b", position: -0.1)
    (bare.spacing, bare.repairs) = (nil, [])
    let rows = [row("ID_a", position: -12.5), bare, row("ID_c", position: 100.000001)]
    let writer = try SliceTableWriter(file: file, sizes: [224, 112])
    for row in rows { try writer.write(row) }
    try writer.close()
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(
      lines[0]
        == "id,shard,offset_224,length_224,crc32_224,offset_112,length_112,crc32_112,patient,study"
        + ",series,position,spacing,rows,columns,source,sha256,bits,repairs")
    let hash = String(repeating: "ab", count: 32)
    #expect(
      lines[1]
        == "ID_a,3,512,768,00c0ffee,512,9,ffffffff,\"P,1\",\"St\"\"1\"\"\",Se1,-12.5,0.488281\\0.5,512,500,a b/1.dcm,\(hash),16s"
        + ",wrapped-12-bit;other")
    #expect(lines[2].contains(",Se1,-0.1,,512,"))
    #expect(lines[3].contains(",100.000001,"))
    let table = try SliceTable(artifact: root)
    #expect(table.sizes == [224, 112])
    #expect(table.rows == rows)
  }

  @Test(arguments: ["c0ffee", "00C0FFEE", "+0c0ffee", "00c0ffeeg", ""])
  func aChecksumIsEightDigits(_ text: String) throws {
    let file = folder.url.appendingPathComponent("slices.csv")
    let writer = try SliceTableWriter(file: file, sizes: [224, 112])
    try writer.write(row("ID_a"))
    try writer.close()
    let good = try String(contentsOf: file, encoding: .utf8)
    try Data(good.replacing("00c0ffee", with: text).utf8).write(to: file)
    let error = try refusal { _ = try SliceTableReader(file: file).next() }
    #expect(error.kind == .badData && error.message.contains("crc32_224"))
    #expect(error.location?.hasSuffix("slices.csv:2") == true)
  }

  @Test func oneSliceIsFoundWithoutReadingTheRest() throws {
    let file = folder.url.appendingPathComponent("slices.csv")
    let writer = try SliceTableWriter(file: file, sizes: [224, 112])
    for id in ["ID_a", "ID_b"] { try writer.write(row(id)) }
    try writer.close()
    try Data((try String(contentsOf: file, encoding: .utf8) + "broken\n").utf8).write(to: file)
    #expect(try SliceTableReader(file: file).rows(of: "ID_b") == [row("ID_b")])
    let error = try refusal { _ = try SliceTableReader(file: file).rows(of: "ID_c") }
    #expect(error.location?.hasSuffix("slices.csv:4") == true)
  }

  @Test func quirksReadBackAndAFileMayHaveSeveral() throws {
    let root = folder.url
    let file = root.appendingPathComponent(ArtifactLayout.Convert.quirks)
    let rows = QuirkCode.allCases.map {
      QuirkRow(file: "x.dcm", id: "ID_1", code: $0, detail: "a, \"b\"", action: .kept)
    }
    try QuirkTable.write(rows, to: file)
    #expect(try QuirkTable.read(artifact: root) == rows)
    #expect(try QuirkTableReader(file: file).rows(of: "ID_1") == rows)
    #expect(try QuirkTableReader(file: file).rows(of: "ID_2") == [])
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(
      text.hasPrefix(
        "file,id,code,detail,action\nx.dcm,ID_1,pixel-data-short,\"a, \"\"b\"\"\",kept\n"))
  }

  @Test func rowsSortByShardSeriesPositionAndID() {
    var other = row("ID_0", shard: 3, position: 9)
    other.series = "Se0"
    let sorted = [
      row("ID_9", shard: 2, position: 50), other, row("ID_x", position: -1),
      row("ID_a", position: 2), row("ID_b", position: 2), row("ID_c", position: 10),
    ]
    #expect(sorted.reversed().sorted(by: SliceRow.precedes) == sorted)
  }
}
