import Foundation
import PipelineContract
import Testing

extension EndToEnd {
  @Suite("ichor-probe verify-resume", .serialized)
  struct ResumeProofTests {
    /// Two phases and a checkpoint every other step, so that kills fall into steps, checkpoints and
    /// the change of phases.
    private static let training = [
      "epochs=1", "steps_per_epoch=8", "checkpoint_steps=2",
      "phases=[{optimizer: sgd}, {optimizer: rmsprop, learning_rate: 0.0001, schedule: constant}]",
    ].flatMap { ["--set", "train.\(TinyPipeline.model).\($0)"] }

    @Test(
      "A training that is killed ends as one that is not",
      arguments: [
        ["train.\(TinyPipeline.model).ema_decay=0.9", "train.\(TinyPipeline.model).epochs=2"],
        ["split.redraw_each_epoch=true"],
      ])
    func killed(settings: [String]) throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let run = try pipeline.start(
        "ichor-probe",
        ["verify-resume", "--model", TinyPipeline.model, "--kills", "2"] + Self.training
          + settings.flatMap { ["--set", $0] }
      ).wait()
      #expect(run.status == 0, "\(run)")
      #expect(run.output.contains("PASS: 2 kills by SIGKILL, every file equal"), "\(run)")
      #expect(run.output.split(separator: "\n").count { $0.hasPrefix("equal ") } == 4, "\(run)")
      // What was there has not been touched.
      #expect(try pipeline.statuses()["train/\(TinyPipeline.model)"] == "fresh")
    }

    @Test("A training that is killed, and made longer meanwhile, ends as one that began so")
    func changed() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let key = "train.\(TinyPipeline.model)"
      let run = try pipeline.start(
        "ichor-probe",
        [
          "verify-resume", "--model", TinyPipeline.model, "--kills", "2",
          "--set", "\(key).steps_per_epoch=8", "--set", "\(key).schedule=constant",
          "--set", "\(key).epochs=1", "--set", "\(key).checkpoint_steps=2", "--then",
          "\(key).epochs=3",
        ]
      ).wait()
      #expect(run.status == 0, "\(run)")
      #expect(run.errors.contains("going on with \(key).epochs=3"), "\(run)")
      #expect(run.output.contains("PASS: 2 kills by SIGKILL, every file equal"), "\(run)")
    }

    @Test("An unknown model and missing artifacts are reported")
    func refusals() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let unknown = try pipeline.start("ichor-probe", ["verify-resume", "--model", "huge"]).wait()
      #expect(unknown.status == 64 && unknown.errors.contains("train/tiny"), "\(unknown)")
      let missing = try pipeline.start(
        "ichor-probe", ["verify-resume", "--model", TinyPipeline.model]
      ).wait()
      #expect(missing.status == 66 && missing.errors.contains("convert/train"), "\(missing)")
    }
  }
}
