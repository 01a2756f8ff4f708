import Foundation
import PipelineContract
import TestFolders
import Testing

@Suite struct MeasuredSpeedsTests {
  private func subject(library: String = "3.2", batch: Int = 16) -> MeasuredSpeeds.Subject {
    MeasuredSpeeds.Subject(
      threads: 2, backend: "onednn", library: library, task: "train", model: "resnet50",
      channels: 3, size: 112, batch: batch)
  }

  @Test func whatIsRememberedIsOfThatSubjectAlone() throws {
    let folder = try TemporaryFolder()
    let speeds = MeasuredSpeeds(folder: folder.url.appendingPathComponent("new"))
    #expect(speeds.rates(of: subject()) == nil)
    speeds.remember(["bf16": 51.25, "f32": 28], of: subject())
    #expect(speeds.rates(of: subject()) == ["bf16": 51.25, "f32": 28])
    #expect(speeds.rates(of: subject(batch: 8)) == nil)
    #expect(speeds.rates(of: subject(library: "2.6")) == nil)
    // For an estimate another version of the library will do.
    #expect(speeds.rates(like: subject(library: "")) == ["bf16": 51.25, "f32": 28])
    #expect(speeds.rates(like: subject(library: "", batch: 8)) == nil)
    var other = subject()
    other.processor = try JSONDecoder().decode(
      type(of: other.processor), from: Data(#"{"name": "other", "features": ""}"#.utf8))
    #expect(speeds.rates(of: other) == nil && speeds.rates(like: other) == nil)
  }

  @Test(arguments: ["", "{", #"{"subject": 1}"#])
  func damageIsNothingKnown(text: String) throws {
    let folder = try TemporaryFolder()
    let speeds = MeasuredSpeeds(folder: folder.url)
    speeds.remember(["f32": 28], of: subject())
    let name = try #require(FileManager.default.contentsOfDirectory(atPath: folder.url.path).first)
    let file = folder.url.appendingPathComponent(name)
    let whole = try String(contentsOf: file, encoding: .utf8)
    // An impossible rate is damage as well.
    for content in [text, whole.replacing("28", with: "-28")] {
      try Data(content.utf8).write(to: file)
      #expect(speeds.rates(of: subject()) == nil && speeds.rates(like: subject()) == nil)
    }
    speeds.remember(["f32": 29], of: subject())
    #expect(speeds.rates(of: subject()) == ["f32": 29])
  }

  @Test func aFolderThatCannotBeWrittenIsNoError() {
    let speeds = MeasuredSpeeds(folder: URL(filePath: "/proc/nothing/here"))
    speeds.remember(["f32": 28], of: subject())
    #expect(speeds.rates(of: subject()) == nil)
  }
}
