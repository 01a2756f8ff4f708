import ContentHashing
import Foundation
import PipelineContract
import Testing
import Vocabulary

extension EndToEnd {
  @Suite("A whole run of the pipeline", .serialized)
  struct WholeRunTests {
    @Test("Ends with every instance fresh")
    func ends() throws {
      let (pipeline, run) = try TinyPipeline.finished.get()
      #expect(run.status == 0, "\(run)")
      #expect(run.errorLines == [], "\(run)")
      let statuses = try pipeline.statuses()
      #expect(statuses.count == TinyPipeline.instances.count)
      let plan = try pipeline.driver(["plan"]).output
      for instance in TinyPipeline.instances {
        #expect(statuses["\(instance)"] == "fresh", "\(plan)")
        #expect(!FileManager.default.fileExists(atPath: pipeline.layout.staging(instance).path))
      }
    }

    @Test("The submission has six rows for every test slice, the unreadable one included")
    func submission() throws {
      let pipeline = try TinyPipeline.finished.get().pipeline
      let phantom = StageInstance(.phantom)
      let test = pipeline.layout.file(ArtifactLayout.Phantom.testDICOM, of: phantom)
      let slices = try FileManager.default.contentsOfDirectory(atPath: test.path)
        .filter { $0.hasSuffix(".dcm") }.count
      let rows = try pipeline.lines(ArtifactLayout.Merge.submission, of: StageInstance(.merge))
      let sample = try pipeline.lines(ArtifactLayout.Phantom.sampleSubmission, of: phantom)
      #expect(slices > 40)
      #expect(rows.first == "ID,Label")
      #expect(rows.count == 1 + 6 * slices)
      func id(_ row: String) -> String { String(row.prefix { $0 != "," }) }
      #expect(rows.map(id) == sample.map(id))
      let probabilities = rows.dropFirst().compactMap { Double($0.drop { $0 != "," }.dropFirst()) }
      #expect(probabilities.count == 6 * slices)
      #expect(probabilities.allSatisfy { (0...1).contains($0) })

      let quirks = try pipeline.lines(
        ArtifactLayout.Convert.quirks, of: StageInstance(.convert, .test))
      let short = quirks.filter { $0.contains("pixel-data-short") }
      #expect(short.count == 1)
      let name = try #require(short.first?.split(separator: ",").dropFirst().first)
      #expect(rows.count { $0.hasPrefix("\(name)_") } == 6)
    }

    @Test("The metrics hold the merged loss and the constant predictor's")
    func metrics() throws {
      struct Metrics: Decodable {
        struct Score: Decodable { let loss: Double }
        let synthetic: Bool
        let merged: Score
        let constant: Score
      }
      let pipeline = try TinyPipeline.finished.get().pipeline
      let metrics = try CanonicalJSON.read(
        Metrics.self,
        from: pipeline.layout.file(ArtifactLayout.Merge.metrics, of: StageInstance(.merge)))
      #expect(metrics.synthetic)
      // Probabilities are clipped at 1e-6, so no loss is above -ln 1e-6 = 13.8.
      #expect(metrics.merged.loss > 0 && metrics.merged.loss < 13.9)
      let floor = try constantLoss(
        pipeline.lines(ArtifactLayout.Split.slices, of: StageInstance(.split)))
      #expect(abs(metrics.constant.loss - floor) < 1e-9)
    }

    /// The competition's loss of the training folds' base rates on fold 0, from `split/slices.csv`.
    private func constantLoss(_ lines: [String]) throws -> Double {
      let rows = lines.dropFirst().map { $0.split(separator: ",").suffix(7).compactMap { Int($0) } }
      try #require(rows.allSatisfy { $0.count == 7 })
      let (training, heldOut) = (rows.filter { $0[0] != 0 }, rows.filter { $0[0] == 0 })
      var sum = 0.0
      for label in 1...6 {
        let rate = Double(training.count { $0[label] == 1 }) / Double(training.count)
        let clipped = min(max(rate, 1e-6), 1 - 1e-6)
        let losses = heldOut.map { -log($0[label] == 1 ? clipped : 1 - clipped) }
        sum += (label == 1 ? 2 : 1) * losses.reduce(0, +) / Double(losses.count)
      }
      return sum / 7
    }

    @Test("Every artifact has its manifest, a record of the run and a log of JSON lines")
    func records() throws {
      let pipeline = try TinyPipeline.finished.get().pipeline
      for instance in TinyPipeline.instances {
        let manifest = try pipeline.manifest(instance)
        #expect(!manifest.outputs.isEmpty)
        #expect(manifest.program.name == instance.stage.executable)
        for output in manifest.outputs {
          let file = pipeline.layout.file(output.path, of: instance)
          #expect(
            try ContentHash.sha256(contentsOf: file) == output.sha256, "\(instance) \(output.path)")
        }
        let record = try CanonicalJSON.read(
          RunRecord.self, from: pipeline.layout.file(ArtifactLayout.run, of: instance))
        #expect(record.exit == 0 && record.items > 0 && record.peakRSSBytes > 1 << 20)
        let log = try pipeline.lines(ArtifactLayout.log, of: instance)
        #expect(log.count >= 2)
        for line in log {
          #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil, "\(line)")
        }
      }
    }

    @Test("A second run does nothing")
    func again() throws {
      let pipeline = try TinyPipeline.finished.get().pipeline
      func records() throws -> [Data] {
        try TinyPipeline.instances.map {
          try Data(contentsOf: pipeline.layout.file(ArtifactLayout.run, of: $0))
        }
      }
      let before = try records()
      let run = try pipeline.driver(["run"])
      #expect(run.status == 0, "\(run)")
      #expect(run.seconds < 10)
      #expect(try records() == before)
    }

    @Test("A changed parameter affects its model and what follows, nothing else")
    func changed() throws {
      struct Plan: Decodable {
        struct Row: Decodable {
          let stage: String
          let action: String
          let reasons: [String]
        }
        let instances: [Row]
      }
      let pipeline = try TinyPipeline.finished.get().pipeline
      let run = try pipeline.driver(["plan", "--json", "--set", "train.tiny.epochs=1"])
      let plan = try JSONDecoder().decode(Plan.self, from: Data(run.output.utf8))
      let acting = plan.instances.filter { $0.action == "run" }
      #expect(acting.map(\.stage) == ["train", "predict", "merge", "report"], "\(run)")
      #expect(acting.first?.reasons.contains { $0.contains("train.tiny.epochs: 2 -> 1") } == true)
    }

    /// oneDNN is told to overlook what the processor has beyond AVX-512.
    @Test("Where the processor has no bf16, training says so and goes on in f32")
    func noBF16() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let instance = StageInstance(.train, TinyPipeline.model)
      func weights(_ precision: String) throws -> (run: ProcessRun, hash: String) {
        let run = try pipeline.stage(
          instance, ["--set", "compute.precision=\(precision)", "--force"],
          environment: ["DNNL_MAX_CPU_ISA": "AVX512_CORE", "ONEDNN_MAX_CPU_ISA": "AVX512_CORE"])
        #expect(run.status == 0, "\(run)")
        let file = pipeline.layout.file(ArtifactLayout.Train.best, of: instance)
        return (run, try ContentHash.sha256(contentsOf: file))
      }
      let wanted = try weights("bf16")
      #expect(wanted.run.errors.contains("onednn has no fast bf16 on this machine: f32 it is"))
      #expect(try weights("f32").hash == wanted.hash)
    }

    /// The two share no kernel: equal losses to four digits are no accident, and after a step of
    /// the optimiser no more digits can be asked for.
    @Test("The other backend trains to the same losses")
    func backends() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let instance = StageInstance(.train, TinyPipeline.model)
      func trainLoss() throws -> Double? {
        let rows = try pipeline.lines(ArtifactLayout.Train.history, of: instance)
        let columns = rows.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let column = columns.first?.firstIndex(of: "train_loss")
        return column.flatMap { Double(columns[1][$0]) }
      }
      let first = try #require(try trainLoss())
      let run = try pipeline.stage(instance, ["--set", "compute.backend=openblas"])
      #expect(run.status == 0, "\(run)")
      let second = try #require(try trainLoss())
      #expect(first != second && abs(first - second) < 1e-4 * first)
    }

    @Test("Every stage executable explains itself with an example", arguments: Stage.allCases)
    func help(stage: Stage) throws {
      let pipeline = try TinyPipeline.finished.get().pipeline
      let run = try pipeline.start(stage.executable, ["--help"]).wait()
      #expect(run.status == 0)
      #expect(run.output.contains("EXAMPLE: \(stage.executable) "))
      #expect(run.output.contains("--artifacts"))
    }
  }
}
