import Diagnostics
import Foundation
import PipelineContract
import TestFolders
import Testing

@testable import PipelineDriver

/// What is said of a stage that another process runs; here this one, by its lock.
@Suite struct RunningStageTests {
  private let fake: FakePipeline
  private let train = StageInstance(.train, "a")

  init() throws {
    fake = try FakePipeline()
    try fake.prepare()
  }

  private func statuses() throws -> [InstanceStatus] {
    try StalenessCheck(fake.pipeline()).statuses()
  }

  @Test func statusNamesProcessHostTimeAndProgress() throws {
    let staging = fake.layout.staging(train)
    try fake.interrupt(train)
    #expect(try fake.states()["train/a"] == "incomplete")
    let lock = try ArtifactLock(train, in: fake.layout, mode: .exclusive)
    ProgressReading(
      completed: 9, total: 20, unit: "images", detail: "loss 0.5", itemsPerSecond: 1.25
    ).leave(in: staging)
    #expect(try fake.states()["train/a"] == "running")
    #expect(try fake.states()["train/b"] == "missing")
    let rows = try statuses().table.split(separator: "\n")
    let row = try #require(rows.first { $0.hasPrefix("train/a") })
    #expect(row.contains("running") && !row.contains("interrupted"))
    let host = RunRecord.Host.currentName
    #expect(row.contains("process \(getpid()) on \(host), since 20"), "\(row)")
    #expect(row.hasSuffix("45 %  9/20 images  1.25 images/s  0:09 left  loss 0.5"), "\(row)")
    guard case .object(let top) = try statuses().json, case .array(let all)? = top["instances"],
      case .object(let element) = all[4], case .object(let progress)? = element["progress"],
      case .string(let since)? = element["since"]
    else {
      Issue.record("no progress in the JSON")
      return
    }
    #expect(element["status"] == .string("running"))
    #expect(element["host"] == .string(host) && element["pid"] == .integer(Int(getpid())))
    #expect(progress["completed"] == .integer(9) && progress["total"] == .integer(20))
    #expect(abs(try Date(since, strategy: .iso8601).timeIntervalSinceNow) < 60)
    lock.release()
    #expect(try fake.states()["train/a"] == "incomplete")
  }

  /// Another run with other parameters, here one that changes what the manifest of train/a says while
  /// the report is made.
  @Test func aRunThatWasOvertakenDoesNotSayDone() throws {
    let manifest = fake.layout.manifest(train)
    try fake.whenRunning(
      "report", "sed -i 's/\"train.a.epochs\" : 3/\"train.a.epochs\" : 6/' '\(manifest.path)'\n")
    var options = FakePipeline.options([])
    options.wait = true
    let run = try fake.run(options)
    #expect(run.status == ExitStatus.busy.rawValue, "\(run)")
    #expect(run.text.contains("Another run has meanwhile replaced what train/a"), "\(run)")
  }

  /// Asking never takes the lock: a stage that starts meanwhile must not end with 75.
  @Test func askingKeepsNobodyOut() throws {
    let lock = try ArtifactLock(train, in: fake.layout, mode: .exclusive)
    lock.release()
    let asking = Thread { [train, layout = fake.layout] in
      while !Thread.current.isCancelled {
        _ = LockConflict(on: train, in: layout, with: .exclusive)
      }
    }
    asking.start()
    for _ in 0..<2000 { try ArtifactLock(train, in: fake.layout, mode: .exclusive).release() }
    asking.cancel()
  }

  @Test func aFreshArtifactThatIsMadeAgainMakesNothingStale() throws {
    #expect(try fake.run().status == 0)
    let lock = try ArtifactLock(StageInstance(.split), in: fake.layout, mode: .exclusive)
    let states = try fake.states()
    #expect(states["split"] == "running" && states["train/a"] == "fresh")
    withExtendedLifetime(lock) {}
  }

  @Test func aRunWaitsForWhatAnotherHoldsAndTakesItsResult() throws {
    // Another run makes train/a: what this one finds when the lock is free is up to date.
    let folder = fake.layout.directory(train)
    let lock = try ArtifactLock(train, in: fake.layout, mode: .exclusive)
    let copy = fake.prepared(train)
    Thread.detachNewThread {
      usleep(700_000)
      try? FileManager.default.createDirectory(
        at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
      try? FileManager.default.copyItem(at: copy, to: folder)
      lock.release()
    }
    var options = FakePipeline.options(["train/a"])
    options.wait = true
    let run = try fake.run(options)
    #expect(run.status == 0 && !run.ran.contains("train/a"), "\(run)")
    let lines = run.errors.split(separator: "\n").filter { $0.hasPrefix("waiting. ") }
    #expect(lines.count == 1)
    #expect(
      lines.first?.contains("holds the artifact train/a: process \(getpid()) on ") == true,
      "\(run.errors)")
  }

  @Test func aSignalEndsTheWaiting() throws {
    let lock = try ArtifactLock(StageInstance(.phantom), in: fake.layout, mode: .exclusive)
    nonisolated(unsafe) let relay = SignalRelay()
    Thread.detachNewThread {
      usleep(400_000)
      relay.deliver(SIGTERM)
    }
    var options = FakePipeline.options()
    options.wait = true
    let run = try fake.run(options, relay: relay)
    #expect(run.status == 143 && run.ran == [])
    withExtendedLifetime(lock) {}
  }

  @Test func theGraphIsColoredByState() throws {
    _ = try fake.run(["convert/test"])
    let lock = try ArtifactLock(train, in: fake.layout, mode: .exclusive)
    let graph = try fake.pipeline().graph
    let mermaid = graph.drawn(as: .mermaid, statuses: try statuses())
    #expect(mermaid.contains("  n0[\"phantom<br>fresh\"]:::fresh\n"))
    #expect(mermaid.contains("[\"train/a<br>running\"]:::running\n"))
    #expect(mermaid.contains("[\"train/b<br>missing\"]:::missing\n"))
    for state in ["fresh", "running", "missing"] {
      #expect(mermaid.contains("  classDef \(state) fill:#"), "\(state)")
    }
    #expect(!mermaid.contains("classDef failed"))
    let dot = graph.drawn(as: .dot, statuses: try statuses())
    #expect(dot.contains("\"train/b\" [label=\"train/b\\nmissing\", style=filled, fillcolor=\"#"))
    #expect(graph.drawn(as: .dot).contains("\n  \"train/b\";\n"))
    withExtendedLifetime(lock) {}
  }
}
