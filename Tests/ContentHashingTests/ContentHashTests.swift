import ContentHashing
import Foundation
import OperatingSystem
import TestFolders
import Testing

/// Numbers from Python: `hashlib.sha256(b"abc").hexdigest()` and so on.
@Suite struct ContentHashTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func knownHashes() {
    #expect(
      ContentHash.sha256(of: Data("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      ContentHash.sha256(of: Data())
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  /// `hashlib.sha256(b"a" * 3_000_000)`: several buffers.
  @Test func filesAreStreamed() throws {
    let file = try folder.write(String(repeating: "a", count: 3_000_000), to: "a")
    #expect(
      try ContentHash.sha256(contentsOf: file)
        == "2a152c894398719c0570f83fac34ac03a0f6e8e474b995c2403aa5434f7b9dd4")
  }

  /// ```
  /// h = lambda b: hashlib.sha256(b).hexdigest()
  /// files = {"b.dcm": b"second", "a/z.dcm": b"first", "a.dcm": b"third"}
  /// h("".join(f"{p}\t{len(files[p])}\t{h(files[p])}\n" for p in sorted(files)).encode())
  /// ```
  @Test func folderHashIsThatOfItsSortedLines() throws {
    try folder.write("second", to: "data/b.dcm")
    try folder.write("first", to: "data/a/z.dcm")
    try folder.write("third", to: "data/a.dcm")
    try folder.write("not data", to: "data/.hidden")
    let input = try hashes(recording: false).hash(of: data)
    #expect(input.sha256 == "e0e6fe53de3e84d4f6c2c4969ba2e8dd02d1501fa5959b4d97bf048bee732f26")
    #expect(input.bytes == 16)
    #expect(input.files == 3)
  }

  @Test func rememberedHashesAreTakenUntilSizeOrTimeChange() throws {
    let file = try folder.write("12345678", to: "data/a.dcm")
    let first = try hashes(recording: true).hash(of: data)
    // A forged memory shows that it is used: the file itself is not read again.
    let memory = HashMemory(of: data, cache: cache)
    try memory.record(
      String(repeating: "0", count: 64), of: "a.dcm",
      ContentStamp(try #require(FileStatus(at: file.path))))
    try memory.flush()
    #expect(try hashes(recording: false).hash(of: data).sha256 != first.sha256)
    // The same size, another time.
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: file.path)
    #expect(try hashes(recording: false).hash(of: data).sha256 == first.sha256)
  }

  @Test func lookingChangesNothing() throws {
    try folder.write("1", to: "data/a.dcm")
    _ = try hashes(recording: false).hash(of: data)
    #expect(!FileManager.default.fileExists(atPath: cache.path))
  }

  private var cache: URL { folder.url.appendingPathComponent("cache") }
  private var data: URL { folder.url.appendingPathComponent("data") }
  private func hashes(recording: Bool) -> OutsideHashing {
    OutsideHashing(cache: cache, recordsNewHashes: recording)
  }
}
