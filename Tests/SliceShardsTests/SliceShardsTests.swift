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
    let behind = SliceExtent(offset: 40 * 61_000, length: 600, crc32: 0)
    let error = #expect(throws: IchorError.self) {
      try reader.read(behind, size: 224, shard: 0, into: &buffer)
    }
    #expect(error?.code == "shard-damaged")
    let missing = #expect(throws: IchorError.self) {
      try reader.read(behind, size: 112, shard: 0, into: &buffer)
    }
    #expect(missing?.kind == .inputMissing)
  }

  /// A shard of one picture of 3000 bytes, and its place.
  private func shard() throws -> (file: URL, extent: SliceExtent) {
    let name = ArtifactLayout.Convert.shard(size: 224, number: 0)
    let file = folder.url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let bytes = (0..<3000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let writer = try TarWriter(file: file)
    let extent = try bytes.withUnsafeBytes { try writer.append($0, name: "ID_1.png") }
    try writer.finish()
    return (file, extent)
  }

  /// Expected by Python: `zlib.crc32(bytes(i * 7 % 256 for i in range(3000)))`.
  @Test func theChecksumIsThatOfPNGAndGzip() throws {
    #expect(try shard().extent.crc32 == 0xb26b8940)
  }

  @Test(arguments: ["flipped", "zeroed", "cut"])
  func aDamagedPictureIsRefused(_ damage: String) throws {
    let (file, extent) = try shard()
    var data = try Data(contentsOf: file)
    switch damage {
    case "flipped": data[extent.offset + 1234] ^= 0x10
    case "zeroed": data = Data(count: data.count)
    default: data = data.prefix(extent.offset + 2999)
    }
    try data.write(to: file)
    var buffer: [UInt8] = []
    let error = #expect(throws: IchorError.self) {
      try ShardReader(artifact: folder.url).read(extent, size: 224, shard: 0, into: &buffer)
    }
    #expect(error?.kind == .badData && error?.code == "shard-damaged")
    #expect(error?.location == file.path)
    #expect(error?.remedy.contains("./ichor verify convert --repair") == true)
  }

  /// The memory of a process can be opened, and reading address 0 of it fails with EIO, as a bad
  /// sector does.
  @Test func aFailingDiskIsNoBadData() throws {
    let (file, extent) = try shard()
    try FileManager.default.removeItem(at: file)
    try FileManager.default.createSymbolicLink(
      at: file, withDestinationURL: URL(fileURLWithPath: "/proc/self/mem"))
    var buffer: [UInt8] = []
    let error = #expect(throws: IchorError.self) {
      try ShardReader(artifact: folder.url).read(extent, size: 224, shard: 0, into: &buffer)
    }
    #expect(error?.kind == .inputOutput)
    #expect(error?.message.contains(file.path) == true)
  }
}
