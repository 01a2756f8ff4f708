import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract
import TestFolders
import Testing

@testable import PipelineDriver

/// Room on the disk. A record or manifest that claims petabytes stands for a full disk.
@Suite struct RoomTests {
  private let fake: FakePipeline

  init() throws {
    fake = try FakePipeline()
    try fake.prepare()
  }

  /// Makes an artifact claim that its outputs have this size.
  private func claim(_ bytes: Int, of instance: StageInstance) throws {
    let file = fake.layout.manifest(instance)
    let text = try String(contentsOf: file, encoding: .utf8)
    let claimed = text.replacing(#/"bytes" : \d+,\n( *)"path" : "out.csv"/#) {
      "\"bytes\" : \(bytes),\n\($0.1)\"path\" : \"out.csv\""
    }
    try #require(text != claimed)
    try fake.writeModelCards()
    try claimed.write(to: file, atomically: true, encoding: .utf8)
  }

  private func room(_ named: [String] = [], jobs: Int = 1, keep: Int = 0) throws -> RoomEstimate {
    let pipeline = try fake.pipeline(set: ["keep=\(keep)"])
    return RoomEstimate(try RunPlan(pipeline, named: named), in: pipeline, jobs: jobs)
  }

  @Test func whatNeverRanIsNamedAndNotCounted() throws {
    let room = try room()
    try room.check()
    let line = try #require(room.lines.first)
    #expect(room.lines.count == 1)
    #expect(line.hasPrefix("About 653 MB of room needed, "))
    #expect(
      line.hasSuffix(
        " free at \(fake.layout.root.path), not counting convert/train, convert/test: "
          + "no earlier run to go by."))
  }

  @Test func aRunBeginsOnlyWhereWhatIsKnownFits() throws {
    #expect(try fake.run().status == 0)
    // The size differs from the file's, so train/a is stale and expected to be as big again.
    try claim(1 << 60, of: StageInstance(.train, "a"))
    let error = #expect(throws: IchorError.self) { try fake.run(["train/a"]) }
    #expect(error?.kind == .inputOutput && error?.code == "room-short")
    #expect(error?.remedy.contains("--ignore-room") == true)
    #expect(try fake.states()["train/a"] == "stale", "nothing has run")
    var options = FakePipeline.options(["train/a"])
    options.ignoreRoom = true
    let run = try fake.run(options)
    #expect(run.status == 0 && run.ran.first == "train/a")
    #expect(run.errors.contains("1153 PB of room needed") || run.errors.contains("PB of room"))
  }

  /// Each of two artifacts of 1,000,000 bytes is replaced: the first gives its room back before the
  /// second is written, unless both are written at a time.
  @Test func whatIsReplacedIsFreedAfterPublication() throws {
    #expect(try fake.run().status == 0)
    for name in ["a", "b"] { try claim(1_000_000, of: StageInstance(.train, name)) }
    #expect(try room(["train"]).lines[0].hasPrefix("About 1.0 MB of room"))
    #expect(try room(["train"], jobs: 2).lines[0].hasPrefix("About 2.0 MB of room"))
    #expect(try room(["train"], keep: 1).lines[0].hasPrefix("About 2.0 MB of room"), "kept")
  }

  @Test func whatInterruptedWorkHoldsIsNotNeededAgain() throws {
    #expect(try fake.run().status == 0)
    try claim(5000, of: StageInstance(.train, "a"))
    let staging = fake.layout.staging(StageInstance(.train, "a"))
    try FileManager.default.createDirectory(at: staging, withIntermediateDirectories: true)
    try Data(count: 4000).write(to: staging.appending(path: "last.safetensors"))
    #expect(try room(["train/a"]).lines[0].hasPrefix("About 1.0 kB of room"))
  }

  @Test func aPlaceThatIsNotThereYetIsOnTheDiskAboveIt() throws {
    let system = try #require(FileSystem(holding: "\(fake.folder.url.path)/not/there/yet"))
    let above = try #require(FileSystem(holding: fake.folder.url.path))
    #expect(system.identifier == above.identifier)
    // df --output=avail -B1
    let df = try Shell.output("df --output=avail -B1 '\(fake.folder.url.path)' | tail -1")
    let free = try #require(Double(df.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(abs(Double(system.available) - free) < 0.05 * free + 1e9)
  }
}

/// What a shell command prints.
enum Shell {
  static func output(_ command: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
