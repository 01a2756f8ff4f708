import Foundation
import PipelineContract
import Testing

extension EndToEnd {
  @Suite("train.stop_after", .serialized)
  struct StopAfterTests {
    @Test("A training stops as configured, and the next run ends as if it had not")
    func stopsAndGoesOn() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let instance = StageInstance(.train, TinyPipeline.model)
      let wanted = try pipeline.manifest(instance)
      try FileManager.default.removeItem(at: pipeline.layout.directory(instance))
      let stopped = try pipeline.driver([
        "run", "\(instance)", "--set", "train.stop_after=0.001",
      ])
      #expect(stopped.status == 124, "\(stopped)")
      #expect(
        stopped.errors.contains(
          "ichor-train: time is up: stopped after 0.001 s, as train.stop_after says, at step 0 of "
            + "epoch 1; work done so far is kept, and “./ichor run” goes on from here"),
        "\(stopped)")
      #expect(stopped.errorLines == [] && !stopped.errors.contains("SIGTERM"), "\(stopped)")
      #expect(try pipeline.statuses()["\(instance)"] == "incomplete")
      let rest = try pipeline.stage(instance)
      #expect(rest.status == 0, "\(rest)")
      let manifest = try pipeline.manifest(instance)
      let names = [
        ArtifactLayout.Train.best, ArtifactLayout.Train.last, ArtifactLayout.Train.model,
      ]
      for name in names {
        let hash = wanted.outputs.first { $0.path == name }?.sha256
        #expect(
          hash != nil && manifest.outputs.first { $0.path == name }?.sha256 == hash, "\(name)")
      }
    }
  }
}
