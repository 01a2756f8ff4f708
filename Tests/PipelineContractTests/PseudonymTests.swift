import ContentHashing
import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract
import TestFolders
import Testing

@Suite struct PseudonymTests {
  private let folder: TemporaryFolder
  private var layout: ArtifactLayout {
    ArtifactLayout(root: folder.url.appendingPathComponent("artifacts"))
  }

  init() throws { folder = try TemporaryFolder() }

  /// Python: `hmac.new(bytes(range(n)), b"patient\0Doe^Jane", "sha256").hexdigest()[:32]`, for keys
  /// shorter than a block of SHA-256, of the same length, and longer.
  @Test(arguments: [
    (16, "2e79629202ea01a442f12f1e4458e99f", "d1e53aa47475b630e7d855ce8d1973ab"),
    (64, "ea6d9bc82db9ce2f970a00735cae0060", "cadfb672dd6108eb5b45cf4821b06d9a"),
    (65, "8cc9b547363a7ff84d2d1c8434deca7f", "e77fb9292a2c81b1607b2d9f8dc5fde8"),
    (200, "af43ca773d911a32d0edef9e8bceb204", "345bf473f65f6b9f4682427e5767886d"),
  ])
  func theyAreHMAC(length: Int, patient: String, source: String) {
    let pseudonyms = Pseudonyms(key: (0..<length).map { UInt8($0) })
    #expect(pseudonyms.name(of: "Doe^Jane", .patient) == patient)
    #expect(pseudonyms.name(of: "Müller/IM 0001", .source) == source)
    #expect(pseudonyms.name(of: "Doe^Jane", .study) != patient)
  }

  @Test func withoutAKeyIdentifiersStandForThemselves() {
    #expect(Pseudonyms.none.name(of: "Doe^Jane", .patient) == "Doe^Jane")
    #expect(!Pseudonyms.none.areUsed && Pseudonyms(key: [1]).areUsed)
  }

  private func refusal(_ path: String) -> IchorError? {
    let file = folder.url.appendingPathComponent(path)
    return #expect(throws: IchorError.self) {
      try Pseudonyms(keyFile: file, artifacts: layout.root, at: "the.key")
    }
  }

  @discardableResult
  private func key(_ path: String, bytes: Int = 32, mode: Int = 0o600) throws -> URL {
    let file = try folder.write(String(repeating: "k", count: bytes), to: path)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    return file
  }

  @Test func aKeyFileIsPrivateLongEnoughAndElsewhere() throws {
    let good = try key("good")
    let pseudonyms = try Pseudonyms(keyFile: good, artifacts: layout.root, at: "the.key")
    let expected = Pseudonyms(key: [UInt8](repeating: 0x6B, count: 32))
    #expect(pseudonyms.name(of: "x", .study) == expected.name(of: "x", .study))
    for (index, mode) in [0o640, 0o604, 0o601, 0o660].enumerated() {
      try key("open-\(index)", mode: mode)
      #expect(refusal("open-\(index)")?.code == "key-not-private")
    }
    try key("short", bytes: 15)
    try key("long", bytes: 4097)
    #expect(refusal("short")?.code == "key-length" && refusal("long")?.code == "key-length")
    try key("least", bytes: 16)
    _ = try Pseudonyms(
      keyFile: folder.url.appendingPathComponent("least"), artifacts: layout.root, at: "the.key")
    try key("artifacts/convert/key")
    #expect(refusal("artifacts/convert/key")?.code == "key-among-artifacts")
    try FileManager.default.createSymbolicLink(
      at: folder.url.appendingPathComponent("link"),
      withDestinationURL: folder.url.appendingPathComponent("artifacts/convert/key"))
    #expect(refusal("link")?.code == "key-among-artifacts")
    try key("artifacts-of-another/key")
    _ = try Pseudonyms(
      keyFile: folder.url.appendingPathComponent("artifacts-of-another/key"),
      artifacts: layout.root, at: "the.key")
    #expect(refusal("artifacts/convert")?.code == "key-not-a-file")
    let pipe = folder.url.appendingPathComponent("pipe")
    try #require(mkfifo(pipe.path, 0o600) == 0)
    #expect(refusal("pipe")?.code == "key-not-a-file")
    let missing = refusal("missing")
    #expect(missing?.code == "key-unreadable" && missing?.kind == .inputMissing)
    let short = try #require(refusal("short"))
    #expect(short.kind == .configuration && short.location == "the.key")
    #expect(short.message.contains("16 to 4096 bytes") && !"\(short)".contains("kkk"))
  }

  @Test func aKeyFileBelongsToThisUser() throws {
    let own = try key("own")
    var file = "own"
    if geteuid() == 0 {
      try #require(chown(own.path, 1, gid_t.max) == 0)
    } else {
      // Owned by root and readable by all: the owner is checked first.
      let depth = folder.url.pathComponents.count - 1
      file = String(repeating: "../", count: depth) + "etc/passwd"
    }
    let error = try #require(refusal(file))
    #expect(error.code == "key-not-owned" && error.kind == .configuration)
    #expect(error.location == "the.key" && !"\(error)".contains("kkk"))
  }

  @Test func aFolderThatCannotBeListedIsNamedByItsPseudonym() throws {
    let data = folder.url.appendingPathComponent("data")
    try folder.write("1", to: "data/a.dcm")
    let deep = try DeepFolders(in: data, named: "Doe^Jane")
    for pseudonyms in [Pseudonyms(key: [7]), Pseudonyms.none] {
      let hashing = OutsideHashing(
        cache: layout.cache, recordsNewHashes: true, pseudonyms: pseudonyms)
      for look in [hashing.hash, hashing.stamp] {
        let error = try #require(#expect(throws: IchorError.self) { _ = try look(data, {}) })
        #expect(error.code == "folder-unreadable" && error.kind == .inputMissing)
        #expect(error.location == pseudonyms.location(of: deep.path, in: data))
        #expect("\(error)".contains("Jane") == !pseudonyms.areUsed)
      }
    }
  }

  @Test func theMemoryOfAFolderHoldsNoPathOfIt() throws {
    try folder.write("1", to: "data/Doe^Jane/IM1")
    try folder.write("22", to: "data/Roe^Richard")
    let data = folder.url.appendingPathComponent("data")
    func input(_ pseudonyms: Pseudonyms) throws -> Manifest.Input {
      let resolver = InputResolver(layout: layout, recordsNewHashes: true, pseudonyms: pseudonyms)
      return try #require(try resolver.resolve([.outside(key: "k", path: data)]).first)
    }
    func cache() throws -> [String: String] {
      let names = try FileManager.default.contentsOfDirectory(atPath: layout.cache.path)
      return try Dictionary(
        uniqueKeysWithValues: names.map {
          ($0, try String(contentsOf: layout.cache.appendingPathComponent($0), encoding: .utf8))
        })
    }
    let plain = try input(.none)
    let before = try cache()
    // What was remembered before goes too.
    let hidden = try input(Pseudonyms(key: [7]))
    let after = try cache()
    #expect(hidden == plain)
    #expect(before.count == 2 && after.count == 2 && Set(before.keys).isDisjoint(with: after.keys))
    // A line for each file, and one for both together.
    #expect(after.values.map { $0.split(separator: "\n").count }.sorted() == [1, 2])
    for text in after.values {
      for name in ["Jane", "Roe", "IM1"] { #expect(!text.contains(name)) }
    }
    // It is found again: a hash that was forged is believed.
    let memory = HashMemory(of: data, cache: layout.cache, pseudonyms: Pseudonyms(key: [7]))
    let file = data.appendingPathComponent("Roe^Richard")
    try memory.record(
      String(repeating: "0", count: 64), of: "Roe^Richard",
      ContentStamp(try #require(FileStatus(at: file.path))))
    try memory.flush()
    #expect(try input(Pseudonyms(key: [7])).sha256 != plain.sha256)
    #expect(try input(Pseudonyms(key: [8])).sha256 == plain.sha256)
  }
}
