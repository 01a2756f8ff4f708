import ContentHashing
import Diagnostics
import Foundation
import PipelineContract
import SliceShards
import TestFolders
import Testing

@Suite struct SliceShardsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func row(_ id: String, shard: Int = 3, position: Double = 0) -> SliceRow {
    SliceRow(
      id: id, shard: shard,
      extents: [SliceExtent(offset: 512, length: 768), SliceExtent(offset: 512, length: 9)],
      patient: "P,1", study: "St\"1\"", series: "Se1", position: position,
      spacing: SliceRow.Spacing(row: 0.488281, column: 0.5), rows: 512, columns: 500,
      source: "a b/1.dcm", sha256: String(repeating: "ab", count: 32), bits: "16s",
      repairs: ["wrapped-12-bit", "other"])
  }

  /// The same archive by Python's tarfile, up to the two blocks that end it:
  ///
  ///     t = tarfile.open(fileobj=f, mode="w", format=tarfile.USTAR_FORMAT)
  ///     for n, b in (("ID_0a.png", bytes(range(256))*3), ("ID_0b.png", b"x"*512), ("1.2.840.113619.png", b"")):
  ///       i = tarfile.TarInfo(n); i.size = len(b); i.mode = 0o644; t.addfile(i, io.BytesIO(b))
  ///     hashlib.sha256(f.getvalue()[:3072])
  @Test func archiveEqualsThatOfPython() throws {
    let file = folder.url.appendingPathComponent("t.tar")
    let writer = try TarWriter(file: file)
    let members: [(String, [UInt8])] = [
      ("ID_0a.png", (0..<768).map { UInt8($0 % 256) }),
      ("ID_0b.png", [UInt8](repeating: UInt8(ascii: "x"), count: 512)), ("1.2.840.113619.png", []),
    ]
    let extents = try members.map { name, bytes in
      try bytes.withUnsafeBytes { try writer.append($0, name: name) }
    }
    #expect(try writer.finish() == 3072 + 1024)
    let data = try Data(contentsOf: file)
    #expect(
      ContentHash.sha256(of: data.prefix(3072))
        == "4f7779569b78d6e3db69ddd41ef3a29916b755ef33f7fd067e71902c7e7f77c7")
    #expect(data.dropFirst(3072) == Data(count: 1024))
    for ((_, bytes), extent) in zip(members, extents) {
      #expect([UInt8](data[extent.offset..<extent.offset + extent.length]) == bytes)
    }
  }

  @Test func manySlicesAreReadByManyThreads() throws {
    let root = folder.url
    let name = ArtifactLayout.Convert.shard(size: 224, number: 0)
    let file = root.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let writer = try TarWriter(file: file)
    // Together longer than the writer's buffer.
    let members = (0..<40).map { [UInt8](repeating: UInt8($0), count: 60_000 + $0) }
    let extents = try members.enumerated().map { index, bytes in
      try bytes.withUnsafeBytes { try writer.append($0, name: "\(index).png") }
    }
    try writer.finish()
    let reader = ShardReader(artifact: root)
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      var buffer: [UInt8] = []
      for index in stride(from: thread, to: members.count, by: 2) {
        let length = try? reader.read(extents[index], size: 224, shard: 0, into: &buffer)
        #expect(length == members[index].count)
        #expect(Array(buffer.prefix(members[index].count)) == members[index])
      }
    }
    var buffer: [UInt8] = []
    let behind = SliceExtent(offset: 40 * 61_000, length: 600)
    let error = #expect(throws: IchorError.self) {
      try reader.read(behind, size: 224, shard: 0, into: &buffer)
    }
    #expect(error?.code == "shard-damaged")
    let missing = #expect(throws: IchorError.self) {
      try reader.read(behind, size: 112, shard: 0, into: &buffer)
    }
    #expect(missing?.kind == .inputMissing)
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
        == "id,shard,offset_224,length_224,offset_112,length_112,patient,study,series,position,spacing"
        + ",rows,columns,source,sha256,bits,repairs")
    let hash = String(repeating: "ab", count: 32)
    #expect(
      lines[1]
        == "ID_a,3,512,768,512,9,\"P,1\",\"St\"\"1\"\"\",Se1,-12.5,0.488281\\0.5,512,500,a b/1.dcm,\(hash),16s"
        + ",wrapped-12-bit;other")
    #expect(lines[2].contains(",Se1,-0.1,,512,"))
    #expect(lines[3].contains(",100.000001,"))
    let table = try SliceTable(artifact: root)
    #expect(table.sizes == [224, 112])
    #expect(table.rows == rows)
  }

  @Test(arguments: [
    ("id,shard\n", "csv-wrong-header"),
    ("ID_a,-1,0,0,p,t,s,0,,1,1,f,h,12u,", "csv-bad-value"),
    ("ID_a,0,0,99999999999999999,p,t,s,0,,1,1,f,h,12u,", "csv-bad-value"),
    ("ID_a,0,0,0,p,t,s,nan,,1,1,f,h,12u,", "csv-bad-value"),
    ("ID_a,0,0,0,p,t,s,0,0.5,1,1,f,h,12u,", "csv-bad-value"),
    ("ID_a,0,0,0,p,t,s,0,,1,1,f,h,12u", "csv-field-count"),
  ])
  func damagedIndexIsRefused(text: String, code: String) throws {
    let root = folder.url
    let header =
      "id,shard,offset_8,length_8,patient,study,series,position,spacing,rows,columns,source,sha256,bits"
      + ",repairs\n"
    let whole = text.hasPrefix("id,") ? text : header + text + "\n"
    try Data(whole.utf8).write(to: root.appendingPathComponent(ArtifactLayout.Convert.slices))
    let error = #expect(throws: IchorError.self) { try SliceTable(artifact: root) }
    #expect(error?.code == code)
    #expect(error?.kind == .badData)
    #expect(error?.location?.hasSuffix(text.hasPrefix("id,") ? ":1" : ":2") == true)
  }

  @Test func quirksReadBackAndUnknownOnesAreRefused() throws {
    let root = folder.url
    let file = root.appendingPathComponent(ArtifactLayout.Convert.quirks)
    let rows = QuirkCode.allCases.map {
      QuirkRow(file: "x.dcm", id: "ID_1", code: $0, detail: "a, \"b\"", action: .kept)
    }
    try QuirkTable.write(rows, to: file)
    #expect(try QuirkTable.read(artifact: root) == rows)
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(
      text.hasPrefix(
        "file,id,code,detail,action\nx.dcm,ID_1,pixel-data-short,\"a, \"\"b\"\"\",kept\n"))
    try Data("file,id,code,detail,action\na,b,new-quirk,,kept\n".utf8).write(to: file)
    let error = #expect(throws: IchorError.self) { try QuirkTable.read(artifact: root) }
    #expect(error?.location?.hasSuffix("quirks.csv:2") == true)
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
