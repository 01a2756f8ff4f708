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
}
