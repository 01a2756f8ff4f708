import DurableFiles
import Diagnostics
import Foundation
import PipelineContract
import Testing

@testable import PipelineDriver

@Suite struct RunTests {
  private let fake: FakePipeline

  init() throws {
    fake = try FakePipeline()
    try fake.prepare()
  }

  @Test func stagesAreCalledAsTheContractSays() throws {
    _ = try fake.run(["convert/test"], set: ["compute.threads=2", "compute.backend=onednn"])
    let calls = try String(
      contentsOf: fake.folder.url.appendingPathComponent("calls"), encoding: .utf8)
    let root = fake.folder.url.path
    #expect(
      calls.split(separator: "\n").dropFirst().first.map(String.init)
        == "convert/test --instance test --config \(root)/pipeline.yaml --artifacts "
        + "\(root)/artifacts --set compute.threads=2 --set compute.backend=onednn --progress none")
    #expect(calls.hasPrefix("phantom --config"))
  }

  @Test func namedInstancesBringAncestorsAndDescendantsOnly() throws {
    // Only what is listed depends on phantom and train/a; convert/test was not asked for.
    let first = try fake.run(["train/a"])
    #expect(first.ran == ["phantom", "convert/train", "split", "train/a"])
    #expect(first.status == 0)
    #expect(first.text.contains("not run, needs convert/test"))
    #expect(
      try fake.run().ran == [
        "convert/test", "train/b", "predict/a", "predict/b", "merge", "report",
      ])
    // Both networks are stale now; only the named one and what follows from it runs.
    let option = ["compute.precision=f32"]
    try fake.prepare(set: option)
    #expect(
      try fake.run(["train/b"], set: option).ran == ["train/b", "predict/b", "merge", "report"])
  }

  @Test func aStageNamesAllItsInstances() throws {
    _ = try fake.run()
    #expect(
      try fake.run(["train"], force: true).ran == ["train/a", "train/b"])
    #expect(try fake.run(force: true).ran == FakePipeline.everything)
  }

  @Test(arguments: [("trian", "train"), ("train/c", "train/a"), ("merg", "merge")])
  func unknownNamesAreAnsweredNearestFirst(name: String, nearest: String) {
    let error = #expect(throws: IchorError.self) { try fake.run([name]) }
    #expect(error?.kind == .usage)
    #expect(error?.remedy.hasPrefix("Use one of \(nearest)") == true, "\(error?.remedy ?? "")")
  }

  @Test func aFailureEndsTheRunWithItsStatus() throws {
    try fake.whenRunning("train/a", "exit 65")
    let run = try fake.run()
    #expect(run.status == 65)
    #expect(run.ran == ["phantom", "convert/train", "convert/test", "split", "train/a"])
    #expect(run.text.contains("failed: exit status 65"))
    #expect(try fake.states()["train/a"] == "missing")
  }

  /// Of earlier runs there are a report and a submission.
  @Test func aFailedRunShowsNothingOfEarlierOnes() throws {
    #expect(try fake.run().status == 0)
    for path in ["report/index.html", "merge/submission.csv"] {
      try fake.folder.write("old", to: "artifacts/\(path)")
    }
    #expect(try fake.run().text.contains("report: \(fake.layout.root.path)/report/index.html"))
    let staging = fake.layout.staging(StageInstance(.train, "a")).path
    try fake.whenRunning(
      "train/a", "mkdir -p \(staging); echo '{}' > \(staging)/log.jsonl; exit 65")
    let run = try fake.run(["train/a"], force: true)
    #expect(run.status == 65)
    #expect(!run.text.contains("report:") && !run.text.contains("submission:"), "\(run.text)")
    #expect(run.text.contains("log of train/a: \(staging)/log.jsonl"), "\(run.text)")
    let row = run.text.split(separator: "\n").first { $0.hasPrefix("train/a") }
    #expect(row?.hasSuffix(" B") == false, "the size of what was made before: \(row ?? "")")
  }

  @Test func keepGoingRunsWhatDoesNotDependOnIt() throws {
    try fake.whenRunning("train/a", "exit 65")
    let run = try fake.run(keepGoing: true)
    #expect(run.status == 65)
    #expect(
      run.ran == FakePipeline.everything.filter { !["predict/a", "merge", "report"].contains($0) })
    #expect(run.text.contains("not run, needs train/a"))
    #expect(run.text.contains("not run, needs predict/a"))
  }

  /// The stage leaves what `AtomicPublish` leaves at that moment, and is killed.
  @Test func aKilledStageLeavesNoArtifactAndIsTakenUpAgain() throws {
    let staging = fake.layout.staging(StageInstance(.train, "a")).path
    try fake.whenRunning(
      "train/a",
      "mkdir -p \(staging); cp \(fake.partial(of: "train/a").path) \(staging); kill -9 $$")
    let run = try fake.run()
    #expect(run.status == 137)
    #expect(run.text.contains("killed (signal 9)"))
    #expect(try fake.states()["train/a"] == "incomplete")
    #expect(try fake.states()["predict/a"] == "missing")
    try fake.whenRunning("train/a", "")
    #expect(
      try fake.run().ran == ["train/a", "train/b", "predict/a", "predict/b", "merge", "report"])
  }

  @Test func aFailedRunIsToldFromAnInterruptedOne() throws {
    _ = try fake.run()
    let staging = fake.layout.staging(StageInstance(.split))
    let clock = RunClock(versions: [:])
    let write = { (record: RunRecord) in
      try DurableFile.createFolder(staging)
      try CanonicalJSON.write(record, to: staging.appendingPathComponent(ArtifactLayout.run))
    }
    let option = ["split.seed=9"]
    try write(clock.record(items: 0, unit: "", exit: 65, error: "labels.csv:3: bad"))
    #expect(try fake.states(set: option)["split"] == "failed")
    #expect(try fake.states()["split"] == "fresh")
    let table = try StalenessCheck(fake.pipeline(set: option)).statuses().table
    #expect(table.contains("labels.csv:3: bad"))
    try write(clock.record(items: 0, unit: "", exit: 130, signal: SIGINT))
    #expect(try fake.states(set: option)["split"] == "stale")
  }

  @Test func missingDataIsSaidBeforeAnythingRuns() throws {
    let option = ["data.test.dicom=/nowhere/ct"]
    let error = #expect(throws: IchorError.self) { try fake.run(set: option) }
    #expect(error?.kind == .inputMissing)
    #expect(error?.location == "data.test.dicom")
    #expect(error?.message.contains("/nowhere/ct") == true)
    #expect(try fake.states()["phantom"] == "missing")
  }

  @Test func signalsReachTheStageOnceAndEndTheRun() throws {
    let root = fake.folder.url.path
    try fake.whenRunning(
      "convert/train",
      "trap 'echo x >> \(root)/signals; exit 130' INT; touch \(root)/up; while :; do sleep 0.05; done"
    )
    nonisolated(unsafe) let relay = SignalRelay(ignored: [])
    let stopper = Thread {
      while !FileManager.default.fileExists(atPath: "\(root)/up") { usleep(10_000) }
      // As `timeout` does: the process, then its group.
      relay.deliver(SIGINT)
      relay.deliver(SIGINT)
    }
    stopper.start()
    let outcome = try fake.run(FakePipeline.options(), relay: relay)
    #expect(outcome.status == 130)
    #expect(outcome.text.contains("not run"))
    #expect(try String(contentsOfFile: "\(root)/signals", encoding: .utf8) == "x\n")
    #expect(outcome.ran == ["phantom", "convert/train"])
  }

  @Test func aStageThatPublishesNothingIsAFault() throws {
    try fake.whenRunning("phantom", "exit 0")
    let error = #expect(throws: IchorError.self) { try fake.run() }
    #expect(error?.kind == .internalFault)
  }
}
