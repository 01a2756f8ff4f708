import Foundation
import PipelineContract
import Testing
import Vocabulary

extension EndToEnd {
  @Suite("Prior correction", .serialized)
  struct PriorCorrectionTests {
    private struct Calibration: Decodable {
      struct Label: Decodable {
        let natural: Double
        let drawn: Double
        let corrects: Bool
      }
      let applied: Bool
      let loss_before: Double
      let loss_after: Double
      let labels: [String: Label]
    }

    /// Both runs report both losses; each is that of the table that one of the settings writes.
    @Test("Predictions are corrected where asked, and both losses are reported")
    func bothLosses() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let instance = StageInstance(.predict, TinyPipeline.model)
      let plain = try probabilities(pipeline, instance)
      let before = try calibration(pipeline, instance)
      let run = try pipeline.stage(instance, ["--set", "predict.correct_prior=true"])
      #expect(run.status == 0, "\(run)")
      let corrected = try probabilities(pipeline, instance)
      let after = try calibration(pipeline, instance)

      #expect(!before.applied && after.applied)
      #expect(before.loss_before == after.loss_before && before.loss_after == after.loss_after)
      // The tables have seven significant digits.
      #expect(abs(try loss(plain, pipeline) - before.loss_before) < 1e-5)
      #expect(abs(try loss(corrected, pipeline) - before.loss_after) < 1e-5)

      // King and Zeng 2001: of two classes, the logit moves by the difference of the log odds.
      let rates = try #require(after.labels["any"])
      #expect(rates.corrects && rates.natural != rates.drawn)
      let shift = logit(rates.natural) - logit(rates.drawn)
      #expect(plain.count == corrected.count && plain.count > 20)
      for (id, row) in plain {
        let expected = logit(row[0]) + shift
        #expect(abs(logit(try #require(corrected[id])[0]) - expected) < 1e-4, "\(id)")
      }
    }

    private func logit(_ probability: Double) -> Double { log(probability / (1 - probability)) }

    private func calibration(_ pipeline: TinyPipeline, _ instance: StageInstance) throws
      -> Calibration
    {
      try CanonicalJSON.read(
        Calibration.self,
        from: pipeline.layout.file(ArtifactLayout.Predict.calibration, of: instance))
    }

    private func probabilities(_ pipeline: TinyPipeline, _ instance: StageInstance) throws
      -> [String: [Double]]
    {
      let lines = try pipeline.lines(ArtifactLayout.Predict.validation, of: instance)
      return Dictionary(
        uniqueKeysWithValues: lines.dropFirst().map { line in
          let cells = line.split(separator: ",").map(String.init)
          return (cells[0], cells.dropFirst().compactMap(Double.init))
        })
    }

    /// The competition's loss, from `split/slices.csv`.
    private func loss(_ table: [String: [Double]], _ pipeline: TinyPipeline) throws -> Double {
      var (sum, slices) = (0.0, 0)
      for line in try pipeline.lines(ArtifactLayout.Split.slices, of: StageInstance(.split)) {
        let cells = line.split(separator: ",").map(String.init)
        guard let row = table[cells[0]] else { continue }
        slices += 1
        for (label, cell) in cells.suffix(6).enumerated() {
          let clipped = min(max(row[label], 1e-6), 1 - 1e-6)
          sum += (label == 0 ? 2 : 1) * -log(cell == "1" ? clipped : 1 - clipped)
        }
      }
      return sum / Double(7 * slices)
    }
  }
}
