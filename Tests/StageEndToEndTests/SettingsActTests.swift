import Foundation
import PipelineContract
import Testing

extension EndToEnd {
  @Suite("Settings of a training do what they say", .serialized)
  struct SettingsActTests {
    private static let model = StageInstance(.train, TinyPipeline.model)
    private static let frozen = ["conv1.", "bn1.", "layer1.", "layer2."]

    private func weights(_ file: URL) throws -> WeightsFile {
      try WeightsFile(Data(contentsOf: file))
    }

    /// As in PyTorch after `eval()` and `requires_grad_(False)`: weights and statistics are what they
    /// were, to the bit, and what comes after them is trained.
    @Test("What is frozen stays, with its statistics", arguments: [true, false])
    func frozenLayers(statistics: Bool) throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let best = pipeline.layout.file(ArtifactLayout.Train.best, of: Self.model)
      let start = pipeline.folder.appending(path: "start.safetensors")
      try FileManager.default.copyItem(at: best, to: start)
      let run = try pipeline.stage(
        Self.model,
        [
          "--set", "train.tiny.weights=\(start.path)", "--set",
          "train.tiny.freeze=[conv1, bn1, layer1, layer2]", "--set",
          "train.tiny.freeze_statistics=\(statistics)",
        ])
      #expect(run.status == 0, "\(run)")
      let (before, after) = (try weights(start), try weights(best))
      for name in before.names where !name.hasSuffix("num_batches_tracked") {
        let isFrozen = Self.frozen.contains { name.hasPrefix($0) }
        let stays = isFrozen && (statistics || !name.contains("running"))
        #expect((before[name] == after[name]) == stays, "\(name)")
      }
      let recorded = try pipeline.manifest(Self.model).parameters["train.tiny.freeze_statistics"]
      #expect(recorded == .bool(statistics))
    }

    @Test("Shares that can't be had are refused, others stand beside what was drawn")
    func shares() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let sampler = ["--set", "train.tiny.sampler={kind: weighted, positive_share: 0.9}"]
      let refused = try pipeline.stage(
        Self.model, sampler + ["--set", "train.tiny.steps_per_epoch=null"])
      #expect(refused.status == 78 && refused.errors.contains("setting-idle"), "\(refused)")
      #expect(refused.errors.contains("instead of 90.0 %"), "\(refused)")
      let run = try pipeline.driver(["run"] + sampler)
      #expect(run.status == 0, "\(run)")
      #expect(run.output.contains("tiny: drawn: any "), "\(run)")
      #expect(run.output.contains("(asked 90.0 %), epidural"), "\(run)")
      func text(_ name: String, _ instance: StageInstance) throws -> String {
        try String(contentsOf: pipeline.layout.file(name, of: instance), encoding: .utf8)
      }
      let log = try text(ArtifactLayout.log, Self.model)
      #expect(log.contains("an epoch of 16 draws from"), "\(log)")
      #expect(try text(ArtifactLayout.Train.model, Self.model).contains("\"asked\""))
      let page = try text("index.html", StageInstance(.report))
      #expect(page.contains("<th>asked</th>") && page.contains("<td>90.00 %</td>"))
    }
  }
}
