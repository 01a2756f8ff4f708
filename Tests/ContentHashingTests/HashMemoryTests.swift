import ContentHashing
import Foundation
import OperatingSystem
import TestFolders
import Testing

@Suite struct HashMemoryTests {
  private let folder: TemporaryFolder
  private var cache: URL { folder.url.appendingPathComponent("cache") }
  private var data: URL { folder.url.appendingPathComponent("data") }
  private let hash = String(repeating: "1f", count: 32)

  init() throws { folder = try TemporaryFolder() }

  private func remembered(_ path: String, _ stamp: ContentStamp) throws -> String? {
    let hash = HashMemory(of: data, cache: cache).remembered().hash(of: path)
    return hash?.stamp == stamp ? hash?.sha256 : nil
  }

  @Test func whatIsRecordedIsKnownLaterForTheSameStamp() throws {
    let stamp = ContentStamp(bytes: 7, modified: 99)
    let memory = HashMemory(of: data, cache: cache)
    try memory.record(hash, of: "a/b", stamp)
    #expect(try remembered("a/b", stamp) == nil, "nothing is written before the flush")
    try memory.flush()
    #expect(try remembered("a/b", stamp) == hash)
    #expect(try remembered("a/b", ContentStamp(bytes: 8, modified: 99)) == nil)
    #expect(try remembered("a/b", ContentStamp(bytes: 7, modified: 98)) == nil)
    #expect(try remembered("a/c", stamp) == nil && remembered("a", stamp) == nil)
    // The last line for a path counts.
    let other = String(repeating: "a0", count: 32)
    let newer = ContentStamp(bytes: 7, modified: 100)
    try memory.record(other, of: "a/b", newer)
    try memory.flush()
    #expect(try remembered("a/b", newer) == other && remembered("a/b", stamp) == nil)
  }

  @Test func linesThatAreNoneArePassedOver() throws {
    let stamp = ContentStamp(bytes: 1, modified: 2)
    let memory = HashMemory(of: data, cache: cache)
    for path in (0..<5000).map({ "folder/file-\($0).dcm" }) {
      try memory.record(hash, of: path, stamp)
    }
    try memory.record(hash, of: "broken\nname", stamp)
    try memory.flush()
    let file = try #require(
      try FileManager.default.contentsOfDirectory(at: cache, includingPropertiesForKeys: nil)
        .first)
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(!text.contains("broken"))
    let junk = [
      "", "x", "\(hash)\t1", "\(hash)\t1\t2", "\(hash)\t1\tz\tp", "g\(hash.dropFirst())\t1\t2\tp",
      "\(hash)\t1\t2\tp", "\(hash)\t1\t2\t0\tp",
    ]
    // The last line is cut short, as by a full disk.
    try Data((text + junk.joined(separator: "\n") + "\n\(hash)\t1\t2\tcut").utf8).write(to: file)
    #expect(try remembered("folder/file-0.dcm", stamp) == hash)
    #expect(try remembered("folder/file-4999.dcm", stamp) == hash)
    #expect(try remembered("p", stamp) == nil && remembered("cut", stamp) == nil)
  }

  /// Whatever bit of a line changes, no other hash is remembered for it.
  @Test func damagedLinesArePassedOver() throws {
    let stamp = ContentStamp(bytes: 12, modified: 345)
    let memory = HashMemory(of: data, cache: cache)
    try memory.record(hash, of: "a.dcm", stamp)
    try memory.flush()
    let file = try #require(
      try FileManager.default.contentsOfDirectory(at: cache, includingPropertiesForKeys: nil)
        .first)
    let whole = try Data(contentsOf: file)
    for bit in 0..<whole.count * 8 {
      var damaged = whole
      damaged[bit / 8] ^= 1 << (bit % 8)
      try damaged.write(to: file)
      // The line's end is not covered: a line without one ends with the file and is not read.
      let found = HashMemory(of: data, cache: cache).remembered().hash(of: "a.dcm")
      #expect(found == nil, "bit \(bit)")
    }
  }

  @Test func aStampChangesWithNameSizeAndTimeAndReadsNothing() throws {
    let hashes = OutsideHashing(cache: cache, recordsNewHashes: true)
    let file = try folder.write("12345678", to: "data/a.dcm")
    let first = try hashes.stamp(of: data)
    #expect(try hashes.stamp(of: data) == first)
    #expect(first.bytes == 8 && first.files == 1)
    #expect(!FileManager.default.fileExists(atPath: cache.path))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: file.path)
    let second = try hashes.stamp(of: data)
    #expect(second.sha256 != first.sha256)
    try FileManager.default.moveItem(at: file, to: data.appendingPathComponent("b.dcm"))
    #expect(try hashes.stamp(of: data).sha256 != second.sha256)
  }

  @Test func theLastLineOfAFileDecidesForAFolderToo() throws {
    let file = try folder.write("1", to: "data/a.dcm")
    let now = ContentStamp(try #require(FileStatus(at: file.path)))
    let other = ContentStamp(bytes: now.bytes, modified: now.modified - 1)
    func digest(_ hash: String) -> String {
      ContentHash.sha256(of: Data("a.dcm\t1\t\(hash)\n".utf8))
    }
    let hashes = OutsideHashing(cache: cache, recordsNewHashes: false)
    let own = ContentHash.sha256(of: Data("1".utf8))
    for (stamp, expected) in [(now, hash), (other, own), (now, hash)] {
      let memory = HashMemory(of: data, cache: cache)
      try memory.record(hash, of: "a.dcm", stamp)
      try memory.record(hash, of: "gone.dcm", now)
      try memory.flush()
      #expect(try hashes.hash(of: data).sha256 == digest(expected))
    }
  }

  /// Where no path, size or time has changed, the lines of the files are not even read; where one has,
  /// they decide.
  @Test func anUnchangedFolderIsKnownAtOnce() throws {
    let file = try folder.write("12", to: "data/a.dcm")
    try folder.write("3", to: "data/b/c.dcm")
    let hashes = OutsideHashing(cache: cache, recordsNewHashes: true)
    let first = try hashes.hash(of: data)
    let files = try FileManager.default.contentsOfDirectory(
      at: cache, includingPropertiesForKeys: nil)
    try #require(files.count == 2)
    let whole = try #require(files.first { $0.path.hasSuffix(".whole.tsv") })
    let lines = try #require(files.first { $0 != whole })
    // Lines that would be believed, were they read.
    let forged = try String(contentsOf: lines, encoding: .utf8)
    try FileManager.default.removeItem(at: lines)
    let reader = OutsideHashing(cache: cache, recordsNewHashes: false)
    #expect(try reader.hash(of: data) == first)
    try Data(forged.utf8).write(to: lines)
    // A damaged line is no knowledge: the files are hashed again.
    let text = try Data(contentsOf: whole)
    for bit in stride(from: 0, to: (text.count - 1) * 8, by: 5) {
      var damaged = text
      damaged[bit / 8] ^= 1 << (bit % 8)
      try damaged.write(to: whole)
      #expect(try reader.hash(of: data) == first, "bit \(bit)")
    }
    try text.write(to: whole)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: file.path)
    #expect(try reader.hash(of: data) == first, "touched")
    try Data("21".utf8).write(to: file)
    let changed = try reader.hash(of: data)
    #expect(changed.sha256 != first.sha256 && changed.files == 2)
    try FileManager.default.removeItem(at: file)
    #expect(try hashes.hash(of: data).files == 1)
    #expect(try reader.hash(of: data).files == 1)
  }

  @Test func linesOfFilesThatAreGoneDoNotPileUp() throws {
    let file = try folder.write("1", to: "data/a.dcm")
    let stamp = ContentStamp(try #require(FileStatus(at: file.path)))
    let memory = HashMemory(of: data, cache: cache)
    for index in 0..<3000 { try memory.record(hash, of: "gone-\(index)", stamp) }
    try memory.record(hash, of: "a.dcm", stamp)
    try memory.flush()
    _ = try OutsideHashing(cache: cache, recordsNewHashes: true).hash(of: data)
    let files = try FileManager.default.contentsOfDirectory(atPath: cache.path)
      .filter { !$0.hasSuffix(".whole.tsv") }
    #expect(files.count == 1)
    let left = try String(
      contentsOf: cache.appendingPathComponent(try #require(files.first)), encoding: .utf8)
    #expect(left.hasPrefix("\(hash)\t1\t\(stamp.modified)\t") && left.hasSuffix("\ta.dcm\n"))
    #expect(left.count { $0 == "\n" } == 1)
  }

  @Test func manyFilesGiveTheHashOfTheirLines() throws {
    let indices = 0..<2500
    for index in indices { try folder.write("content \(index)", to: "data/\(index % 7)/\(index)") }
    let first = try OutsideHashing(cache: cache, recordsNewHashes: true).hash(of: data)
    var lines = ""
    for path in indices.map({ "\($0 % 7)/\($0)" }).sorted() {
      let content = Data("content \(path.drop { $0 != "/" }.dropFirst())".utf8)
      lines += "\(path)\t\(content.count)\t\(ContentHash.sha256(of: content))\n"
    }
    #expect(first.sha256 == ContentHash.sha256(of: Data(lines.utf8)))
    #expect(first.files == 2500)
    for pseudonyms in [Pseudonyms.none, Pseudonyms(key: [7]), Pseudonyms(key: [7])] {
      let again = try OutsideHashing(cache: cache, recordsNewHashes: true, pseudonyms: pseudonyms)
        .hash(of: data)
      #expect(again == first)
    }
  }
}
