import ContentHashing
import Foundation
import OperatingSystem
import PipelineContract
import Testing

@testable import StageCommand

/// Data outside the artifacts is read by the stage, and hashed on the way or afterwards.
@Suite("Data outside the artifacts")
struct OutsideDataTests {
  private let bench: StageSessionTests.Bench
  private let arguments: [String]
  private let instance = StageInstance(.convert, "test")
  private var data: URL { bench.folder.url.appending(path: "dicom") }

  init() throws {
    bench = try StageSessionTests.Bench()
    arguments = [
      "--instance", "test",
      "--set", "data.test.dicom=\(bench.folder.url.appending(path: "dicom").path)",
    ]
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    try Data("first".utf8).write(to: data.appending(path: "a.dcm"))
  }

  private func input() throws -> Manifest.Input {
    let manifest = try CanonicalJSON.read(Manifest.self, from: bench.layout.manifest(instance))
    return try #require(manifest.inputs.first)
  }

  @Test("The manifest holds the hash of the content, whoever made it")
  func content() throws {
    #expect(try bench.run(.convert, arguments).status == .done)
    // hashlib.sha256(f"a.dcm\t5\t{hashlib.sha256(b'first').hexdigest()}\n".encode()).hexdigest()
    let expected = "ea6b7c7f31815d2a04e0dfd162d3c148625638f2414b7c4a86bc09044b9ef287"
    #expect(try input().sha256 == expected)
    // What a stage remembers is believed: here that is something else.
    try FileManager.default.removeItem(at: bench.layout.cache)
    _ = try bench.run(.convert, arguments) { stage in
      let status = try #require(FileStatus(at: data.appending(path: "a.dcm").path))
      let memory = stage.memory(of: data)
      try memory.record(String(repeating: "0", count: 64), of: "a.dcm", ContentStamp(status))
      try memory.flush()
      return try StageSessionTests.Bench.writeOne(stage)
    }
    #expect(try input().sha256 != expected)
  }

  @Test("Data that changes while it is read ends the run, and nothing is published")
  func changed() throws {
    let status = try bench.run(.convert, arguments) { stage in
      try Data("other".utf8).write(to: data.appending(path: "b.dcm"))
      return try StageSessionTests.Bench.writeOne(stage)
    }.status
    #expect(status == .busy)
    #expect(bench.transcript.text.contains("input-changed"))
    #expect(!FileManager.default.fileExists(atPath: bench.layout.directory(instance).path))
    #expect(try bench.run(.convert, arguments).status == .done)
  }

  @Test("Interrupted work is continued as long as names, sizes and times are the same")
  func resumed() throws {
    func resumes() throws -> Bool? {
      var resumes: Bool?
      _ = try bench.run(.convert, arguments) { stage in
        resumes = stage.resumes
        throw CancellationError()
      }
      return resumes
    }
    #expect(try resumes() == false)
    #expect(try resumes() == true)
    try Data("later".utf8).write(to: data.appending(path: "c.dcm"))
    #expect(try resumes() == false)
  }
}
