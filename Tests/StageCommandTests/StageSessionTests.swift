import Diagnostics
import Foundation
import PipelineContract
import Testing

@testable import StageCommand

@Suite("Life of a stage")
struct StageSessionTests {
  /// A folder with a configuration, and runs of stages in it whose bodies the test gives.
  struct Bench {
    let folder: TemporaryFolder
    let transcript = Transcript()
    let cancellation = Cancellation()

    init() throws {
      folder = try TemporaryFolder()
      try "train: {tiny: {model: resnet18, size: 112, batch: 4, epochs: 1}}\n".write(
        to: folder.url.appending(path: "pipeline.yaml"), atomically: true, encoding: .utf8)
    }

    var layout: ArtifactLayout { ArtifactLayout(root: folder.url.appending(path: "artifacts")) }

    /// Options as the command line gives them.
    func run(
      _ stage: Stage, _ arguments: [String] = [],
      body: (StageContext) throws -> StageSummary = Self.writeOne
    ) throws -> (status: PipelineContract.ExitStatus, results: [String]) {
      let options = try StageOptions.parse(
        [
          "--config", folder.url.appending(path: "pipeline.yaml").path,
          "--artifacts", layout.root.path, "--progress", "none",
        ] + arguments)
      var results: [String] = []
      let session = StageSession(
        stage: stage, options: options, terminal: transcript.terminal, cancellation: cancellation,
        program: URL(filePath: #filePath), result: { results.append($0) })
      let status = session.perform(body)
      return (status, results)
    }

    static func writeOne(_ stage: StageContext) throws -> StageSummary {
      try Data("one\n".utf8).write(to: stage.staging.appending(path: "one.txt"))
      return StageSummary(items: 3, unit: "slices", lines: ["did it"], versions: ["libpng": "9"])
    }

    func record(in folder: URL) throws -> RunRecord {
      try CanonicalJSON.read(RunRecord.self, from: folder.appending(path: ArtifactLayout.run))
    }
  }

  @Test("A run that ends well publishes its files, manifest, record and log")
  func published() throws {
    let bench = try Bench()
    let (status, results) = try bench.run(.phantom, ["--set", "phantom.seed=7"])
    #expect(status == .done)
    let folder = bench.layout.directory(StageInstance(.phantom))
    #expect(results.first == "did it")
    #expect(results.last?.hasPrefix("phantom: 1 files, 4 bytes, in 0:0") == true)
    let manifest = try CanonicalJSON.read(
      Manifest.self, from: bench.layout.manifest(StageInstance(.phantom)))
    #expect(manifest.parameters["phantom.seed"] == .integer(7))
    // printf 'one\n' | sha256sum
    #expect(
      manifest.outputs == [
        Manifest.Output(
          path: "one.txt",
          sha256: "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806", bytes: 4)
      ])
    let record = try bench.record(in: folder)
    #expect(record.items == 3 && record.unit == "slices" && record.exit == 0)
    #expect(record.versions["libpng"] == "9" && record.versions["swift"] != nil)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["log.jsonl", "manifest.json", "one.txt", "run.json"])
    #expect(bench.transcript.text == "")
  }

  @Test("An error of the body keeps the staging folder and says why, once")
  func failed() throws {
    let bench = try Bench()
    let (status, results) = try bench.run(.phantom) { stage in
      _ = try Bench.writeOne(stage)
      throw IchorError(.badData, code: "row-bad", "Row 3 is bad", remedy: "Mend it.", at: "a.csv:3")
    }
    #expect(status == .badData)
    #expect(results == [])
    #expect(
      bench.transcript.text == "ichor-phantom: error: a.csv:3: Row 3 is bad (row-bad). Mend it.\n")
    let staging = bench.layout.staging(StageInstance(.phantom))
    let record = try bench.record(in: staging)
    #expect(record.exit == 65 && record.failed)
    #expect(record.error == "a.csv:3: Row 3 is bad (row-bad). Mend it.")
    #expect(FileManager.default.fileExists(atPath: staging.appending(path: "one.txt").path))
    let folder = bench.layout.directory(StageInstance(.phantom))
    #expect(!FileManager.default.fileExists(atPath: folder.path))
  }

  @Test(
    "A signal stops the body at its next checkpoint, with the documented status",
    arguments: [
      (SIGINT, PipelineContract.ExitStatus.interrupted),
      (SIGTERM, PipelineContract.ExitStatus.terminated),
    ])
  func signalled(number: Int32, status: PipelineContract.ExitStatus) throws {
    let bench = try Bench()
    let ended = try bench.run(.phantom) { stage in
      _ = try Bench.writeOne(stage)
      bench.cancellation.request(signal: number)
      try stage.job.cancellation.checkpoint()
      Issue.record("the checkpoint let the body go on")
      return StageSummary(items: 0, unit: "", lines: [])
    }
    #expect(ended.status == status)
    #expect(!bench.transcript.text.contains("error:"))
    let record = try bench.record(in: bench.layout.staging(StageInstance(.phantom)))
    #expect(record.signal == number && !record.failed)
  }

  @Test("A stage that stops when the configuration says so has not failed, and says how to go on")
  func stoppedAsConfigured() throws {
    let bench = try Bench()
    let ended = try bench.run(.phantom) { stage in
      _ = try Bench.writeOne(stage)
      throw StoppedAsConfigured(key: "train.stop_after", seconds: 28_800, at: "step 3 of epoch 2")
    }
    #expect(ended.status == .timeIsUp)
    #expect(
      bench.transcript.text == """
        ichor-phantom: time is up: stopped after 8 h, as train.stop_after says, at step 3 of epoch \
        2; work done so far is kept, and “./ichor run” goes on from here

        """)
    let record = try bench.record(in: bench.layout.staging(StageInstance(.phantom)))
    #expect(record.exit == 124 && record.signal == nil && !record.failed)
  }

  @Test(
    "The time is told as a person would give it",
    arguments: [
      (28_800.0, "8 h"), (2700, "45 min"), (5400, "90 min"), (90, "90 s"), (0.5, "0.5 s"),
    ])
  func times(seconds: Double, text: String) {
    let stop = StoppedAsConfigured(key: "train.stop_after", seconds: seconds, at: "step 1")
    #expect(stop.message.hasPrefix("time is up: stopped after \(text), as train.stop_after says"))
  }

  @Test("Work of an equal recipe is continued; that of another, or with --force, is begun again")
  func resumed() throws {
    let bench = try Bench()
    func interrupt(_ arguments: [String]) throws {
      _ = try bench.run(.phantom, arguments) { stage in
        _ = try Bench.writeOne(stage)
        throw CancelledBySignal(signal: SIGTERM)
      }
    }
    func finds(_ arguments: [String]) throws -> Bool {
      var found = false
      _ = try bench.run(.phantom, arguments) { stage in
        let file = stage.staging.appending(path: "one.txt").path
        found = FileManager.default.fileExists(atPath: file)
        #expect(stage.resumes == found)
        throw CancelledBySignal(signal: SIGTERM)
      }
      return found
    }
    try interrupt([])
    #expect(try finds([]))
    #expect(try !finds(["--force"]))
    try interrupt([])
    #expect(try !finds(["--set", "phantom.seed=2"]))
  }

  @Test("A stage run alone works although its artifact is fresh")
  func always() throws {
    let bench = try Bench()
    var reusable: [Bool] = []
    for seed in [1, 1, 2] {
      let status = try bench.run(.phantom, ["--set", "phantom.seed=\(seed)"]) { stage in
        reusable.append(stage.reusable != nil)
        return try Bench.writeOne(stage)
      }.status
      #expect(status == .done)
    }
    #expect(reusable == [false, true, false], "parts of another recipe's artifact are no good")
  }

  @Test("Upstream artifacts: missing 66, changed 65, held by a writer 75; else inputs are bound")
  func upstream() throws {
    let bench = try Bench()
    #expect(try bench.run(.convert, ["--instance", "train"]).status == .inputMissing)
    #expect(bench.transcript.lines.last?.contains("./ichor run phantom") == true)

    _ = try bench.run(.phantom)
    #expect(try bench.run(.convert, ["--instance", "train"]).status == .done)
    let manifest = try CanonicalJSON.read(
      Manifest.self, from: bench.layout.manifest(StageInstance(.convert, .train)))
    #expect(manifest.inputs.map(\.name) == ["phantom"])

    let held = try ArtifactLock(StageInstance(.phantom), in: bench.layout, mode: .exclusive)
    #expect(try bench.run(.convert, ["--instance", "test"]).status == .busy)
    withExtendedLifetime(held) {}

    let file = bench.layout.file("one.txt", of: StageInstance(.phantom))
    try Data("other\n".utf8).write(to: file)
    #expect(try bench.run(.convert, ["--instance", "train"]).status == .badData)
    #expect(bench.transcript.lines.last?.contains("one.txt has 6 bytes") == true)
  }

  @Test("A file of an input that has as many bytes as before and other content is 65")
  func damagedUpstream() throws {
    let bench = try Bench()
    let phantom = StageInstance(.phantom)
    func write(_ name: String, _ text: String, in folder: URL) throws {
      try Data(text.utf8).write(to: folder.appending(path: name))
    }
    // Shards, DICOM files and weights are left to those who read them piece by piece.
    let names = ["one.csv", "a.tar", "b.dcm", "c.safetensors", "d.json", "e.png"]
    _ = try bench.run(.phantom) { stage in
      for name in names { try write(name, "0123456789", in: stage.staging) }
      return StageSummary(items: 1, unit: "slices", lines: [])
    }
    for name in names {
      try write(name, "0123456_89", in: bench.layout.directory(phantom))
      let isBulk = ["a.tar", "b.dcm", "c.safetensors"].contains(name)
      let run = try bench.run(.convert, ["--instance", "train"])
      #expect(run.status == (isBulk ? .done : .badData), "\(name)")
      if !isBulk {
        let line = try #require(bench.transcript.lines.last)
        #expect(line.contains(bench.layout.file(name, of: phantom).path), "\(line)")
        #expect(
          line.contains("(artifact-changed). Run “./ichor verify phantom --repair”"), "\(line)")
      }
      try write(name, "0123456789", in: bench.layout.directory(phantom))
    }
  }

  @Test("With --wait, a stage waits for the locks, and reads what it finds then")
  func waits() throws {
    let bench = try Bench()
    _ = try bench.run(.phantom)
    let other = try Bench()
    _ = try other.run(.phantom, ["--set", "phantom.seed=9"]) { stage in
      try Data("two\n".utf8).write(to: stage.staging.appending(path: "one.txt"))
      return StageSummary(items: 1, unit: "slices", lines: [])
    }
    // Others hold both; then one replaces the input.
    let own = try ArtifactLock(StageInstance(.convert, .train), in: bench.layout, mode: .exclusive)
    let input = try ArtifactLock(StageInstance(.phantom), in: bench.layout, mode: .exclusive)
    let folder = bench.layout.directory(StageInstance(.phantom))
    let copy = other.layout.directory(StageInstance(.phantom))
    Thread.detachNewThread {
      usleep(400_000)
      own.release()
      usleep(400_000)
      // What is there when the lock is free is what counts.
      try? FileManager.default.removeItem(at: folder)
      try? FileManager.default.copyItem(at: copy, to: folder)
      input.release()
    }
    let ended = try bench.run(.convert, ["--instance", "train", "--wait"])
    #expect(ended.status == .done, "\(bench.transcript.text)")
    let lines = bench.transcript.lines.filter {
      $0.hasPrefix("ichor-convert: waiting. Another run holds the artifact ")
    }
    #expect(lines.first?.contains("convert/train: process \(getpid())") == true, "\(lines)")
    #expect(lines.dropFirst().first?.contains("phantom: process") == true, "\(lines)")
    let manifest = try CanonicalJSON.read(
      Manifest.self, from: bench.layout.manifest(StageInstance(.convert, .train)))
    let read = try CanonicalJSON.read(
      Manifest.self, from: other.layout.manifest(StageInstance(.phantom)))
    #expect(manifest.inputs == [Manifest.Input(artifact: StageInstance(.phantom), manifest: read)])
  }

  @Test("A signal ends the waiting with its status")
  func waitingIsStopped() throws {
    let bench = try Bench()
    let held = try ArtifactLock(StageInstance(.phantom), in: bench.layout, mode: .exclusive)
    Thread.detachNewThread { [cancellation = bench.cancellation] in
      usleep(300_000)
      cancellation.request(signal: SIGHUP)
    }
    let ended = try bench.run(.phantom, ["--wait"])
    #expect(ended.status == .terminated)
    #expect(bench.transcript.lines.last?.contains("stopped by SIGHUP; work done so far") == true)
    withExtendedLifetime(held) {}
  }

  @Test("Progress is on the disk while a stage runs, and never in its artifact")
  func progressFile() throws {
    let bench = try Bench()
    let status = try bench.run(.phantom) { stage in
      stage.job.progress.report(completed: 1, total: 4, unit: "slices", detail: "first")
      let wanted = ProgressReading(completed: 1, total: 4, unit: "slices", detail: "first")
      #expect(ProgressReading(in: stage.staging) == wanted)
      stage.job.progress.report(completed: 2, total: 4, unit: "slices", detail: "too soon")
      #expect(ProgressReading(in: stage.staging) == wanted)
      return try Bench.writeOne(stage)
    }.status
    #expect(status == .done)
    let folder = bench.layout.directory(StageInstance(.phantom))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["log.jsonl", "manifest.json", "one.txt", "run.json"])
  }

  @Test("A stage that cannot leave its progress works all the same")
  func progressThatCannotBeWritten() throws {
    let bench = try Bench()
    let status = try bench.run(.phantom) { stage in
      // Where the scratch file would be, there is a folder.
      let scratch = stage.staging.appending(path: ArtifactLayout.progress + ".new")
      try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
      stage.job.progress.report(completed: 1, total: 4, unit: "slices", detail: "")
      #expect(ProgressReading(in: stage.staging) == nil)
      return try Bench.writeOne(stage)
    }.status
    #expect(status == .done)
  }

  @Test("--threads bounds a stage, but not one whose sums depend on the number")
  func threads() throws {
    let bench = try Bench()
    func threads(_ stage: Stage, _ arguments: [String]) throws -> Int {
      var threads = 0
      _ = try bench.run(stage, arguments) { context in
        threads = context.job.threads
        return try Bench.writeOne(context)
      }
      return threads
    }
    let fixed = ["--set", "compute.threads=3"]
    #expect(try threads(.phantom, fixed) == 3)
    #expect(try threads(.phantom, fixed + ["--threads", "2"]) == 2)
    #expect(try threads(.phantom, fixed + ["--threads", "8"]) == 3)
    for instance in ["train", "test"] { _ = try bench.run(.convert, ["--instance", instance]) }
    _ = try bench.run(.split)
    #expect(try threads(.train, fixed + ["--instance", "tiny", "--threads", "1"]) == 3)
    #expect(throws: (any Error).self) { try StageOptions.parse(["--threads", "0"]) }
  }

  @Test(
    "A request that names no instance of the configuration is refused with the list",
    arguments: [
      (Stage.train, [String](), PipelineContract.ExitStatus.usage, "Use one of tiny."),
      (.train, ["--instance", "resnet50"], .usage, "Use one of tiny."),
      (.convert, ["--instance", "tests"], .usage, "Use one of test, train."),
      (.split, ["--instance", "train"], .usage, "Leave out --instance."),
      (.split, ["--set", "split.fold=many"], .configuration, "split.fold"),
      (.split, ["--config", "/nowhere.yaml"], .inputMissing, "/nowhere.yaml"),
    ])
  func refused(stage: Stage, arguments: [String], status: PipelineContract.ExitStatus, text: String)
    throws
  {
    let bench = try Bench()
    let ended = try bench.run(stage, arguments) { _ in
      Issue.record("the body ran")
      return StageSummary(items: 0, unit: "", lines: [])
    }
    #expect(ended.status == status)
    #expect(bench.transcript.lines.count == 1)
    #expect(bench.transcript.text.contains(text), "\(bench.transcript.text)")
    #expect(bench.transcript.text.hasPrefix("ichor-\(stage.rawValue): error: "))
  }
}
