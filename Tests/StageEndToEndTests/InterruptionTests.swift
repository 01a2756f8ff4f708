import ContentHashing
import Foundation
import PipelineContract
import Testing

extension EndToEnd {
  @Suite("Interrupted runs", .serialized)
  struct InterruptionTests {
    /// When a process is killed.
    enum Moment: CustomStringConvertible {
      /// As soon as there is a staging folder with its recipe.
      case begun
      /// As soon as there is a file of the artifact to be.
      case firstOutput
      /// This share of the time that the whole run took.
      case share(Double)
      /// As soon as the manifest is written, before the rename that publishes.
      case manifestWritten

      var description: String {
        switch self {
        case .begun: "begun"
        case .firstOutput: "first output"
        case .share(let share): "\(Int(share * 100)) %"
        case .manifestWritten: "manifest written"
        }
      }
    }

    static let moments: [Moment] = [
      .begun, .firstOutput, .share(0.5), .share(0.9), .manifestWritten,
    ]

    @Test(
      "A stage killed at any moment leaves nothing that looks finished, and a rerun repairs it",
      arguments: TinyPipeline.instances)
    func killed(instance: StageInstance) throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let wanted = try pipeline.manifest(instance)
      let record = try CanonicalJSON.read(
        RunRecord.self, from: pipeline.layout.file(ArtifactLayout.run, of: instance))
      let artifact = pipeline.layout.directory(instance)
      var kills = 0
      for moment in Self.moments {
        try? FileManager.default.removeItem(at: artifact)
        let process = try pipeline.start(
          instance.stage.executable, TinyPipeline.options(of: instance))
        waitFor(moment, of: process, instance, in: pipeline, usual: record.seconds)
        process.send(SIGKILL)
        let run = try process.wait()
        #expect(run.status == -SIGKILL || run.status == 0, "\(moment): \(run)")
        let published = FileManager.default.fileExists(
          atPath: pipeline.layout.manifest(instance).path)
        let status = try #require(try pipeline.statuses()["\(instance)"])
        if published {
          #expect(status == "fresh", "\(moment)")
          try expectWhole(instance, in: pipeline, like: wanted)
        } else {
          kills += 1
          #expect(["missing", "incomplete", "stale"].contains(status), "\(moment): \(status)")
        }
      }
      #expect(kills >= 2, "the process was always too fast to be killed")
      try? FileManager.default.removeItem(at: artifact)
      let repair = try pipeline.stage(instance)
      #expect(repair.status == 0, "\(repair)")
      #expect(try pipeline.statuses()["\(instance)"] == "fresh")
      try expectWhole(instance, in: pipeline, like: wanted)
    }

    @Test(
      "SIGINT, SIGTERM and SIGHUP stop a stage with the documented status and keep its work",
      arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143)), (SIGHUP, Int32(143))])
    func stopped(signal: Int32, status: Int32) throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let instance = StageInstance(.phantom)
      let process = try pipeline.start(
        instance.stage.executable, TinyPipeline.options(of: instance))
      waitFor(.firstOutput, of: process, instance, in: pipeline, usual: 10)
      process.send(signal)
      let run = try process.wait()
      #expect(run.status == status, "\(run)")
      #expect(try pipeline.statuses()["phantom"] == "incomplete")
      let partial = pipeline.layout.staging(instance).appending(path: ArtifactLayout.partial)
      #expect(FileManager.default.fileExists(atPath: partial.path))
    }

    @Test("SIGTERM to the driver stops the stage it runs, and a rerun recovers")
    func driverStopped() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let instance = StageInstance(.phantom)
      let process = try pipeline.start("ichor-driver", ["run", "phantom"])
      waitFor(.firstOutput, of: process, instance, in: pipeline, usual: 10)
      process.send(SIGTERM)
      #expect(try process.wait().status == 143)
      // The lock is free again only when the stage's process has ended too.
      _ = try ArtifactLock(instance, in: pipeline.layout, mode: .exclusive)
      #expect(try pipeline.statuses()["phantom"] == "incomplete")
      #expect(try pipeline.driver(["run", "phantom"]).status == 0)
      let wanted = try TinyPipeline.finished.get().pipeline.manifest(instance)
      try expectWhole(instance, in: pipeline, like: wanted)
    }

    /// Waits for the moment, or for the process to end before it.
    private func waitFor(
      _ moment: Moment, of process: RunningProcess, _ instance: StageInstance,
      in pipeline: TinyPipeline, usual seconds: Double
    ) {
      let start = ContinuousClock.now
      let staging = pipeline.layout.staging(instance)
      func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: staging.appending(path: name).path)
      }
      while process.isRunning {
        switch moment {
        case .begun: if exists(ArtifactLayout.partial) { return }
        case .firstOutput: if hasOutput(staging) { return }
        case .share(let share):
          if ContinuousClock.now - start > .seconds(seconds * share) { return }
        case .manifestWritten: if exists(ArtifactLayout.manifest) { return }
        }
        usleep(200)
      }
    }

    private func hasOutput(_ staging: URL) -> Bool {
      let names = try? FileManager.default.contentsOfDirectory(atPath: staging.path)
      return names?.contains { !ArtifactLayout.contract.contains($0) && !$0.hasPrefix(".") } == true
    }

    /// The artifact holds what the uninterrupted run made, byte for byte, except in files
    /// that hold times.
    private func expectWhole(
      _ instance: StageInstance, in pipeline: TinyPipeline, like wanted: Manifest
    ) throws {
      let manifest = try pipeline.manifest(instance)
      #expect(manifest.outputs.map(\.path) == wanted.outputs.map(\.path))
      for (made, first) in zip(manifest.outputs, wanted.outputs) {
        let file = pipeline.layout.file(made.path, of: instance)
        #expect(try ContentHash.sha256(contentsOf: file) == made.sha256, "\(instance) \(made.path)")
        if !made.isWallClock, made.path != ArtifactLayout.Report.index {
          #expect(made.sha256 == first.sha256, "\(instance) \(made.path)")
        }
      }
    }
  }
}
