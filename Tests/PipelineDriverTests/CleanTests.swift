import Diagnostics
import Foundation
import PipelineContract
import Testing

@testable import PipelineDriver

@Suite struct CleanTests {
  private let fake: FakePipeline

  init() throws {
    fake = try FakePipeline()
    try fake.prepare()
    _ = try fake.run()
  }

  private func clean(_ name: String) throws -> [ArtifactCleaning.Item] {
    let cleaning = try ArtifactCleaning(fake.pipeline(), named: name)
    for item in cleaning.items { try cleaning.remove(item) }
    return cleaning.items
  }

  @Test func oneInstanceGoesWithItsStaging() throws {
    try fake.folder.write("12345", to: "artifacts/train/.a.partial/half")
    let output = fake.layout.directory(StageInstance(.train, "a"))
    let bytes = try ["out.csv", "manifest.json", "run.json"].reduce(5) { sum, name in
      try sum + Data(contentsOf: output.appendingPathComponent(name)).count
    }
    let items = try clean("train/a")
    #expect(items.map(\.instance.description) == ["train/a"])
    #expect(items.first?.files == 4)
    #expect(items.first?.bytes == bytes)
    let rest = try FileManager.default.contentsOfDirectory(
      atPath: fake.layout.root.appendingPathComponent("train").path)
    #expect(rest == ["b"])
    #expect(try fake.states()["train/a"] == "missing")
    #expect(try fake.run().ran == ["train/a"])
  }

  @Test func aStageNamesEverythingOnTheDisk() throws {
    // An instance of an earlier configuration.
    try fake.folder.write("x", to: "artifacts/train/old/x")
    #expect(try clean("train").map(\.instance.description) == ["train/a", "train/b", "train/old"])
    #expect(try clean("train").isEmpty)
    #expect(try clean("train/a").isEmpty)
  }

  @Test func unknownNamesAreUsageErrors() {
    for name in ["trian", "train/zzz", "train/.."] {
      let error = #expect(throws: IchorError.self) { try clean(name) }
      #expect(error?.kind == .usage)
    }
  }

  @Test func aHeldArtifactIsBusy() throws {
    let lock = try ArtifactLock(StageInstance(.merge), in: fake.layout, mode: .shared)
    let error = #expect(throws: IchorError.self) { try clean("merge") }
    #expect(error?.kind == .busy)
    lock.release()
    #expect(try clean("merge").count == 1)
  }
}
