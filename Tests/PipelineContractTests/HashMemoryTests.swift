import ExternalSorting
import Foundation
import PipelineContract
import TestFolders
import Testing

@Suite struct HashMemoryTests {
  private let folder: TemporaryFolder
  private var layout: ArtifactLayout {
    ArtifactLayout(root: folder.url.appendingPathComponent("artifacts"))
  }
  private var data: URL { folder.url.appendingPathComponent("data") }
  private let hash = String(repeating: "1f", count: 32)

  init() throws { folder = try TemporaryFolder() }

  private func remembered(_ path: String, _ stamp: ContentStamp) throws -> String? {
    let known = try HashMemory(of: data, in: layout)
      .remembered(scratch: ScratchFolder(folder.url, creates: false))
    let hash = try SortableRecord(text: path).bytes.withUnsafeBytes { try known.hash(of: $0) }
    return hash?.stamp == stamp ? hash?.sha256 : nil
  }

  @Test func whatIsRecordedIsKnownLaterForTheSameStamp() throws {
    let stamp = ContentStamp(bytes: 7, modified: 99)
    let memory = HashMemory(of: data, in: layout)
    try memory.record(hash, of: "a/b", stamp)
    #expect(try remembered("a/b", stamp) == nil, "nothing is written before the flush")
    try memory.flush()
    #expect(try remembered("a/b", stamp) == hash)
    #expect(try remembered("a/b", ContentStamp(bytes: 8, modified: 99)) == nil)
    #expect(try remembered("a/b", ContentStamp(bytes: 7, modified: 98)) == nil)
    #expect(try remembered("a/c", stamp) == nil && remembered("a", stamp) == nil)
    // The last line for a path holds.
    let other = String(repeating: "a0", count: 32)
    let newer = ContentStamp(bytes: 7, modified: 100)
    try memory.record(other, of: "a/b", newer)
    try memory.flush()
    #expect(try remembered("a/b", newer) == other && remembered("a/b", stamp) == nil)
  }

  @Test func linesThatAreNoneArePassedOver() throws {
    let stamp = ContentStamp(bytes: 1, modified: 2)
    let memory = HashMemory(of: data, in: layout)
    for path in (0..<5000).map({ "folder/file-\($0).dcm" }) {
      try memory.record(hash, of: path, stamp)
    }
    try memory.record(hash, of: "broken\nname", stamp)
    try memory.flush()
    let file = try #require(
      try FileManager.default.contentsOfDirectory(at: layout.cache, includingPropertiesForKeys: nil)
        .first)
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(!text.contains("broken"))
    let junk = [
      "", "x", "\(hash)\t1", "\(hash)\t1\t2", "\(hash)\t1\tz\tp", "g\(hash.dropFirst())\t1\t2\tp",
    ]
    // The last line is cut short, as by a full disk.
    try Data((text + junk.joined(separator: "\n") + "\n\(hash)\t1\t2\tcut").utf8).write(to: file)
    #expect(try remembered("folder/file-0.dcm", stamp) == hash)
    #expect(try remembered("folder/file-4999.dcm", stamp) == hash)
    #expect(try remembered("p", stamp) == nil && remembered("cut", stamp) == nil)
  }

  @Test func aStampChangesWithNameSizeAndTimeAndReadsNothing() throws {
    let hashes = OutsideHashes(layout: layout, recordsNewHashes: true)
    let file = try folder.write("12345678", to: "data/a.dcm")
    let first = try hashes.stamp(key: "k", path: data)
    #expect(try hashes.stamp(key: "k", path: data) == first)
    #expect(first.bytes == 8 && first.files == 1)
    #expect(!FileManager.default.fileExists(atPath: layout.cache.path))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: file.path)
    let second = try hashes.stamp(key: "k", path: data)
    #expect(second.sha256 != first.sha256)
    try FileManager.default.moveItem(at: file, to: data.appendingPathComponent("b.dcm"))
    #expect(try hashes.stamp(key: "k", path: data).sha256 != second.sha256)
  }

  @Test func theLastLineOfAFileDecidesForAFolderToo() throws {
    let file = try folder.write("1", to: "data/a.dcm")
    var status = stat()
    try #require(stat(file.path, &status) == 0)
    let now = ContentStamp(status)
    let other = ContentStamp(bytes: now.bytes, modified: now.modified - 1)
    func digest(_ hash: String) -> String {
      ContentHash.sha256(of: Data("a.dcm\t1\t\(hash)\n".utf8))
    }
    let hashes = OutsideHashes(layout: layout, recordsNewHashes: false)
    let own = ContentHash.sha256(of: Data("1".utf8))
    for (stamp, expected) in [(now, hash), (other, own), (now, hash)] {
      let memory = HashMemory(of: data, in: layout)
      try memory.record(hash, of: "a.dcm", stamp)
      try memory.record(hash, of: "gone.dcm", now)
      try memory.flush()
      #expect(try hashes.input(key: "k", path: data).sha256 == digest(expected))
    }
  }

  @Test func linesOfFilesThatAreGoneDoNotPileUp() throws {
    let file = try folder.write("1", to: "data/a.dcm")
    var status = stat()
    try #require(stat(file.path, &status) == 0)
    let memory = HashMemory(of: data, in: layout)
    for index in 0..<3000 { try memory.record(hash, of: "gone-\(index)", ContentStamp(status)) }
    try memory.record(hash, of: "a.dcm", ContentStamp(status))
    try memory.flush()
    _ = try OutsideHashes(layout: layout, recordsNewHashes: true).input(key: "k", path: data)
    let files = try FileManager.default.contentsOfDirectory(atPath: layout.cache.path)
    #expect(files.count == 1)
    let left = try String(
      contentsOf: layout.cache.appendingPathComponent(try #require(files.first)), encoding: .utf8)
    let stamp = ContentStamp(status)
    #expect(left == "\(hash)\t1\t\(stamp.modified)\ta.dcm\n")
  }

  @Test func manyFilesGiveTheHashOfTheirLines() throws {
    let indices = 0..<2500
    for index in indices { try folder.write("content \(index)", to: "data/\(index % 7)/\(index)") }
    let first = try OutsideHashes(layout: layout, recordsNewHashes: true).input(
      key: "k", path: data)
    var lines = ""
    for path in indices.map({ "\($0 % 7)/\($0)" }).sorted() {
      let content = Data("content \(path.drop { $0 != "/" }.dropFirst())".utf8)
      lines += "\(path)\t\(content.count)\t\(ContentHash.sha256(of: content))\n"
    }
    #expect(first.sha256 == ContentHash.sha256(of: Data(lines.utf8)))
    #expect(first.files == 2500)
    for pseudonyms in [Pseudonyms.none, Pseudonyms(key: [7]), Pseudonyms(key: [7])] {
      let again = try OutsideHashes(layout: layout, recordsNewHashes: true, pseudonyms: pseudonyms)
        .input(key: "k", path: data)
      #expect(again == first)
    }
  }
}
