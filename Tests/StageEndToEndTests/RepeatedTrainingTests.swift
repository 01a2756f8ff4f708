import ContentHashing
import Foundation
import PipelineContract
import Testing

extension EndToEnd {
  @Suite("A training that is repeated or replaced", .serialized)
  struct RepeatedTrainingTests {
    private let train = StageInstance(.train, TinyPipeline.model)

    @Test("Equal weights make nothing after it stale, whatever the clock said")
    func repeated() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let before = try pipeline.manifest(train)
      let run = try pipeline.stage(train, ["--force"])
      #expect(run.status == 0, "\(run)")
      let after = try pipeline.manifest(train)
      #expect(before.outputsDigest == after.outputsDigest)
      let timed = [ArtifactLayout.Train.events, ArtifactLayout.Train.timings]
      for (old, new) in zip(before.outputs, after.outputs) {
        #expect(new.isWallClock == timed.contains(new.path), "\(new.path)")
        #expect((old.sha256 == new.sha256) != timed.contains(new.path), "\(new.path)")
      }
      let statuses = try pipeline.statuses()
      #expect(statuses.values.allSatisfy { $0 == "fresh" }, "\(statuses)")
      #expect(
        try ArtifactHistory(of: train, in: pipeline.layout).kept.isEmpty, "no duplicate is kept")
    }

    @Test("A replaced training is kept, compared and brought back")
    func restored() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let wanted = try pipeline.manifest(train)
      let shorter = ["--set", "train.tiny.epochs=1"]
      let run = try pipeline.stage(train, shorter)
      #expect(run.status == 0, "\(run)")
      let kept = try #require(ArtifactHistory(of: train, in: pipeline.layout).kept.first)
      #expect(run.errors.contains("the replaced artifact is kept as train/tiny@\(kept.id)"))
      let diff = try pipeline.driver(["diff", "train/tiny@\(kept.id)", "train/tiny"])
      #expect(diff.status == 0 && diff.output.contains("train.tiny.epochs"), "\(diff)")
      let runs = try pipeline.driver(["runs", "train"]).output
      #expect(runs.contains("train/tiny@\(kept.id)  kept"), "\(runs)")
      #expect(
        try pipeline.driver(["plan"]).output.contains("./ichor restore train/tiny@\(kept.id)"))
      let restored = try pipeline.driver(["restore", "train/tiny@\(kept.id)"])
      #expect(restored.status == 0, "\(restored)")
      #expect(try pipeline.manifest(train) == wanted)
      #expect(try pipeline.statuses().values.allSatisfy { $0 == "fresh" })
    }
  }
}
