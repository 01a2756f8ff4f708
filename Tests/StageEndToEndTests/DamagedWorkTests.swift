import ContentHashing
import Foundation
import PipelineContract
import Testing

extension EndToEnd {
  @Suite("Unfinished work that is damaged while it waits", .serialized)
  struct DamagedWorkTests {
    private static let instance = StageInstance(.train, TinyPipeline.model)
    private static let epochs = ["--set", "train.tiny.epochs=4"]

    enum Damage: String, CaseIterable {
      case flippedLast, bestGone, flippedHistory
    }

    @Test("A training ends as if nothing had happened, and says what was damaged")
    func training() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let whole = try pipeline.stage(Self.instance, Self.epochs)
      #expect(whole.status == 0, "\(whole)")
      let wanted = try contents(pipeline)
      for damage in Damage.allCases {
        try interrupt(pipeline)
        try apply(damage, in: pipeline.layout.staging(Self.instance))
        let resumed = try pipeline.stage(Self.instance, Self.epochs)
        #expect(resumed.status == 0, "\(damage): \(resumed)")
        #expect(resumed.errors.contains("warning: training "), "\(damage): \(resumed)")
        #expect(try contents(pipeline) == wanted, "\(damage)")
      }
    }

    /// Kills a training in its third epoch or later.
    private func interrupt(_ pipeline: TinyPipeline) throws {
      try FileManager.default.removeItem(at: pipeline.layout.directory(Self.instance))
      let history = pipeline.layout.staging(Self.instance).appending(
        path: ArtifactLayout.Train.history)
      let process = try pipeline.start(
        Self.instance.stage.executable, TinyPipeline.options(of: Self.instance) + Self.epochs)
      while process.isRunning {
        let text = (try? String(contentsOf: history, encoding: .utf8)) ?? ""
        // The header and two epochs.
        if text.count(where: { $0.isNewline }) >= 3 { break }
        usleep(500)
      }
      process.send(SIGKILL)
      let run = try process.wait()
      #expect(run.status == -SIGKILL, "the training was too fast to be killed: \(run)")
    }

    private func apply(_ damage: Damage, in staging: URL) throws {
      let (last, best, history) = (
        staging.appending(path: ArtifactLayout.Train.last),
        staging.appending(path: ArtifactLayout.Train.best),
        staging.appending(path: ArtifactLayout.Train.history)
      )
      func change(_ file: URL, _ change: (inout Data) -> Void) throws {
        var bytes = try Data(contentsOf: file)
        change(&bytes)
        try FileManager.default.removeItem(at: file)
        try bytes.write(to: file)
      }
      switch damage {
      case .flippedLast: try change(last) { $0[$0.count / 2] ^= 8 }
      case .bestGone: try FileManager.default.removeItem(at: best)
      case .flippedHistory:
        // A digit of the first epoch.
        try change(history) { bytes in
          if let place = bytes.firstRange(of: Data("\n1,sgd,0.0".utf8))?.upperBound {
            bytes[place] ^= 1
          }
        }
      }
    }

    /// Hash by file, of the history without its timings.
    private func contents(_ pipeline: TinyPipeline) throws -> [String: String] {
      var found: [String: String] = [:]
      for name in [
        ArtifactLayout.Train.best, ArtifactLayout.Train.last, ArtifactLayout.Train.model,
      ] {
        found[name] = try ContentHash.sha256(
          contentsOf: pipeline.layout.file(name, of: Self.instance))
      }
      let name = ArtifactLayout.Train.history
      let lines = try pipeline.lines(name, of: Self.instance)
      let kept = lines.map { line in
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        let header = lines[0].split(separator: ",")
        return zip(header, fields).filter { !["images_per_second", "data_wait"].contains($0.0) }
          .map { String($0.1) }.joined(separator: ",")
      }
      found[name] = kept.joined(separator: "\n")
      return found
    }

    @Test("A finished shard that became zeros is made again, and said")
    func conversion() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let instance = StageInstance(.convert, .train)
      let wanted = try pipeline.manifest(instance)
      try FileManager.default.removeItem(at: pipeline.layout.directory(instance))
      let folder = pipeline.layout.staging(instance).appending(path: "64")
      func shards() -> [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (names ?? []).filter { $0.hasPrefix("shard-") }.sorted()
      }
      let process = try pipeline.start(
        instance.stage.executable, TinyPipeline.options(of: instance))
      while process.isRunning, shards().count < 2 { usleep(200) }
      process.send(SIGKILL)
      #expect(try process.wait().status == -SIGKILL)
      let shard = folder.appending(path: try #require(shards().first))
      let size = try Data(contentsOf: shard).count
      try Data(count: size).write(to: shard)
      let run = try pipeline.stage(instance)
      #expect(run.status == 0, "\(run)")
      #expect(run.errors.contains("is damaged and is made again"), "\(run)")
      #expect(run.errors.contains(shard.lastPathComponent), "\(run)")
      #expect(try pipeline.manifest(instance).outputs == wanted.outputs)
    }
  }
}
