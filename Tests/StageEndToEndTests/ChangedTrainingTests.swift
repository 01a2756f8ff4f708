import ContentHashing
import Foundation
import PipelineContract
import Testing

extension EndToEnd {
  @Suite("A training whose settings change", .serialized)
  struct ChangedTrainingTests {
    private let train = StageInstance(.train, TinyPipeline.model)

    private func set(_ settings: String...) -> [String] {
      settings.flatMap { ["--set", "train.tiny.\($0)"] }
    }

    private func hash(_ name: String, in pipeline: TinyPipeline) throws -> String {
      try ContentHash.sha256(contentsOf: pipeline.layout.file(name, of: train))
    }

    private func expectEqual(_ left: TinyPipeline, _ right: TinyPipeline) throws {
      typealias Names = ArtifactLayout.Train
      for name in [Names.best, Names.last, Names.history, Names.model] {
        #expect(try hash(name, in: left) == hash(name, in: right), "\(name)")
      }
    }

    private func why(_ pipeline: TinyPipeline, _ command: String, _ settings: [String]) throws
      -> Substring?
    {
      try pipeline.driver([command] + settings).output.split(separator: "\n")
        .first { $0.hasPrefix("train/tiny") }
    }

    @Test("More epochs and an added phase go on from the finished artifact, and end alike")
    func longer() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      let reference = try TinyPipeline.copyOfFinished()
      defer {
        pipeline.remove()
        reference.remove()
      }
      // The configuration's cosine is over: what follows it may be anything.
      let phases =
        "phases=[{optimizer: sgd}, {optimizer: rmsprop, learning_rate: 0.0001, schedule: constant}]"
      for command in ["plan", "status"] {
        let line = try why(pipeline, command, set(phases))
        #expect(line?.contains("goes on from epoch 3") == true, "\(line ?? "")")
      }
      let kept = try pipeline.manifest(train)
      let run = try pipeline.stage(train, set(phases))
      #expect(run.status == 0 && run.errors.contains("goes on from epoch 3"), "\(run)")
      let whole = try reference.stage(train, ["--force"] + set(phases))
      #expect(whole.status == 0 && !whole.errors.contains("goes on"), "\(whole)")
      try expectEqual(pipeline, reference)
      #expect(try pipeline.statuses(set(phases))["train/tiny"] == "fresh")
      let history = try ArtifactHistory(of: train, in: pipeline.layout).kept
      #expect(history.map(\.manifest) == [kept])
    }

    @Test("A cosine over more epochs begins anew, and says so")
    func cosine() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let line = try why(pipeline, "plan", set("epochs=3"))
      #expect(line?.contains("train.tiny.epochs: 2 -> 3; begins anew, as a cosine") == true)
      #expect(line?.contains("train.tiny.continue_from: best") == true)
      let run = try pipeline.stage(train, set("epochs=3"))
      #expect(run.status == 0 && !run.errors.contains("goes on"), "\(run)")
    }

    @Test("A damaged artifact is not gone on from")
    func damaged() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let file = pipeline.layout.file(ArtifactLayout.Train.history, of: train)
      let bytes = try Data(contentsOf: file)
      try Data(bytes.map { $0 == UInt8(ascii: "2") ? UInt8(ascii: "3") : $0 }).write(
        to: file, options: .atomic)
      let phases = set("phases=[{optimizer: sgd}, {optimizer: rmsprop, learning_rate: 0.0001}]")
      let run = try pipeline.stage(train, phases)
      #expect(run.status == 65 && run.errors.contains("history.csv"), "\(run)")
      #expect(run.errors.contains("--force"), "\(run)")
      let forced = try pipeline.stage(train, ["--force"] + phases)
      #expect(forced.status == 0, "\(forced)")
    }

    @Test("continue_from starts from the weights that are there, once, and is resumed with them")
    func continued() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      let reference = try TinyPipeline.copyOfFinished()
      defer {
        pipeline.remove()
        reference.remove()
      }
      struct Card: Decodable {
        struct Origin: Decodable {
          let weights: String
          let sha256: String
          let epochs: Int
        }
        let continuedFrom: Origin?
      }
      let best = try hash(ArtifactLayout.Train.best, in: pipeline)
      let settings = set("continue_from=best", "epochs=3", "seed=9")
      let whole = try reference.stage(train, settings)
      #expect(whole.status == 0, "\(whole)")
      let card = try JSONDecoder().decode(
        Card.self, from: Data(contentsOf: reference.layout.file("model.json", of: train)))
      let origin = try #require(card.continuedFrom)
      #expect(origin.weights == "best" && origin.sha256 == best && origin.epochs == 2)
      #expect(try reference.statuses(settings)["train/tiny"] == "fresh")
      // Stopped after each step or two, and without the artifact that it began from.
      let stop = ["--set", "train.stop_after=0.001"]
      #expect(try pipeline.stage(train, settings + stop).status == 124)
      try FileManager.default.removeItem(at: pipeline.layout.directory(train))
      #expect(try pipeline.stage(train, settings + stop).status == 124)
      #expect(try pipeline.stage(train, settings).status == 0)
      try expectEqual(pipeline, reference)
      // Another network's weights do not fit, and nothing is there to begin from.
      let other = try reference.stage(train, settings + set("model=resnet50"))
      #expect(other.status == 65, "\(other)")
      try FileManager.default.removeItem(at: pipeline.layout.directory(train))
      let nothing = try pipeline.stage(train, set("continue_from=last", "seed=8"))
      #expect(nothing.status == 66 && nothing.errors.contains("nothing-to-continue"), "\(nothing)")
    }

    @Test("Early stopping is told everywhere")
    func earlyStop() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      // Nothing improves by 100.
      let settings = set("epochs=9", "stop={patience: 1, min_delta: 100}")
      let run = try pipeline.driver(["run", "report"] + settings + ["--set", "report.slices=1"])
      #expect(run.status == 0, "\(run)")
      #expect((run.output + run.errors).contains("stopped early after epoch 2"), "\(run)")
      let log = try String(
        contentsOf: pipeline.layout.file(ArtifactLayout.log, of: train), encoding: .utf8)
      #expect(log.contains("early stopping: loss has not improved by more than 100"))
      #expect(try pipeline.lines(ArtifactLayout.Train.history, of: train).count == 3)
      let page = try String(
        contentsOf: pipeline.layout.directory(StageInstance(.report))
          .appending(path: ArtifactLayout.Report.index), encoding: .utf8)
      #expect(page.contains("stopped early after epoch 2"))
      let idle = try pipeline.driver(["plan"] + set("epochs=3", "stop={patience: 2}"))
      #expect(idle.status == 78 && idle.errors.contains("stop-never-acts"), "\(idle)")
    }
  }
}
