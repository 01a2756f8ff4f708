import Foundation
import PipelineContract
import Testing

extension EndToEnd {
  @Suite("Validation that is drawn again each epoch", .serialized)
  struct RedrawnValidationTests {
    private struct Stamp: Decodable {
      let leaky: Bool
    }

    @Test("Every number that comes from it is stamped LEAKY")
    func stamps() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let model = TinyPipeline.model
      let network = StageInstance(.train, model)
      let setting = ["--set", "split.redraw_each_epoch=true"]
      let honest = try history(pipeline, network)
      let run = try pipeline.driver(["run"] + setting)
      #expect(run.status == 0, "\(run)")
      // The folds are what they were; the training and what follows are not.
      let splits = run.output.split(separator: "\n").filter { $0.hasPrefix("split ") }
      #expect(splits.map { $0.contains("up to date") } == [true], "\(run)")
      #expect(run.output.contains("LEAKY: \(model): best validation loss"), "\(run)")
      #expect(run.output.contains("LEAKY: held-out loss"), "\(run)")
      #expect(run.errors.contains("LEAKY: validation is drawn again"), "\(run)")

      #expect(column("validation", honest) == ["held-out", "held-out"])
      let leaky = try history(pipeline, network)
      #expect(column("validation", leaky) == ["LEAKY", "LEAKY"])
      #expect(column("validation_loss", leaky) != column("validation_loss", honest))
      for (name, instance) in stampedFiles {
        let file = pipeline.layout.file(name, of: instance)
        #expect(try CanonicalJSON.read(Stamp.self, from: file).leaky, "\(name)")
      }
      for line in try pipeline.lines(ArtifactLayout.log, of: network)
      where line.contains("validation_loss") {
        #expect(line.contains("\"message\":\"LEAKY: "), "\(line)")
      }
      let events = try Data(
        contentsOf: pipeline.layout.file(ArtifactLayout.Train.events, of: network))
      #expect(events.range(of: Data("LEAKY/loss/validation".utf8)) != nil)
      let page = try pipeline.lines(ArtifactLayout.Report.index, of: StageInstance(.report))
        .joined()
      #expect(page.contains("<strong>LEAKY.</strong>"))
      #expect(page.contains("merged loss (LEAKY)") && page.contains("Loss curves (LEAKY)"))
      for instance in ["train/\(model)", "predict/\(model)", "merge", "report"] {
        let shown = try pipeline.driver(["show", instance] + setting)
        #expect(shown.output.contains("  LEAKY: "), "\(shown)")
      }
    }

    @Test("Without it nothing is stamped")
    func honest() throws {
      let pipeline = try TinyPipeline.finished.get().pipeline
      for (name, instance) in stampedFiles {
        let file = pipeline.layout.file(name, of: instance)
        #expect(try !CanonicalJSON.read(Stamp.self, from: file).leaky, "\(name)")
      }
      let page = try pipeline.lines(ArtifactLayout.Report.index, of: StageInstance(.report))
      #expect(!page.joined().contains("LEAKY"))
      #expect(try !pipeline.driver(["show", "merge"]).output.contains("LEAKY"))
    }

    private var stampedFiles: [(String, StageInstance)] {
      [
        (ArtifactLayout.Train.model, StageInstance(.train, TinyPipeline.model)),
        (ArtifactLayout.Predict.calibration, StageInstance(.predict, TinyPipeline.model)),
        (ArtifactLayout.Merge.weights, StageInstance(.merge)),
        (ArtifactLayout.Merge.metrics, StageInstance(.merge)),
      ]
    }

    private func column(_ name: String, _ rows: [[String: String]]) -> [String] {
      rows.map { $0[name] ?? "" }
    }

    private func history(_ pipeline: TinyPipeline, _ instance: StageInstance) throws
      -> [[String: String]]
    {
      let rows = try pipeline.lines(ArtifactLayout.Train.history, of: instance).map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      return rows.dropFirst().map { row in
        Dictionary(zip(rows[0], row)) { first, _ in first }
      }
    }
  }
}
