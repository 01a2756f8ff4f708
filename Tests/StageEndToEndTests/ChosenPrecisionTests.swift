import ContentHashing
import Foundation
import PipelineContract
import Testing

extension EndToEnd {
  /// What was measured on the other kind of processor is given as a cache.
  @Suite("The number format that is chosen", .serialized)
  struct ChosenPrecisionTests {
    private let train = StageInstance(.train, TinyPipeline.model)
    private let automatic = ["--set", "compute.precision=auto"]

    /// A folder of measurements in which the format is the faster one: what a first run has measured,
    /// with other rates.
    private func cache(where faster: String, from measured: URL) throws -> URL {
      let folder = measured.deletingLastPathComponent().appending(path: "where-\(faster)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for name in try FileManager.default.contentsOfDirectory(atPath: measured.path) {
        let file = measured.appending(path: name)
        guard case .object(var entry) = try CanonicalJSON.read(JSONValue.self, from: file) else {
          continue
        }
        entry["values"] = .object([
          "bf16": .integer(faster == "bf16" ? 200 : 100),
          "f32": .integer(faster == "f32" ? 200 : 100),
        ])
        try CanonicalJSON.write(JSONValue.object(entry), to: folder.appending(path: name))
      }
      return folder
    }

    private func recorded(_ instance: StageInstance, in pipeline: TinyPipeline) throws -> JSONValue?
    {
      try pipeline.manifest(instance).parameters["compute.precision"]
    }

    private func stage(
      _ pipeline: TinyPipeline, _ cache: URL, _ instance: StageInstance, _ more: [String] = []
    ) throws -> ProcessRun {
      try pipeline.stage(
        instance, automatic + more, environment: ["ICHOR_CACHE": cache.path])
    }

    @Test("It is the faster one, recorded, kept by whoever goes on, and makes nothing stale")
    func chosen() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let measured = pipeline.folder.appending(path: "measured")
      // The copy was made in f32: auto is content with it.
      #expect(try pipeline.statuses(automatic)["train/tiny"] == "fresh")
      #expect(
        try pipeline.statuses(["--set", "compute.precision=bf16"])["train/tiny"] == "stale")
      let first = try stage(pipeline, measured, train, ["--force"])
      #expect(first.status == 0, "\(first)")
      let files = try? FileManager.default.contentsOfDirectory(atPath: measured.path)
      guard first.errors.contains("is faster here: ") else {
        // A processor without bf16 has nothing to choose from.
        #expect(files == nil && first.status == 0)
        #expect(try recorded(train, in: pipeline) == .string("f32"))
        return
      }
      #expect(first.errors.contains("measured now"), "\(first)")
      #expect(files?.count == 1)
      var hashes: [String: String] = [:]
      for format in ["f32", "bf16"] {
        let cache = try cache(where: format, from: measured)
        let run = try stage(pipeline, cache, train, ["--force"])
        #expect(
          run.errors.contains(
            "\(format) is faster here: 200.0 images/s in \(format), 100.0 images/s"),
          "\(run)")
        #expect(try recorded(train, in: pipeline) == .string(format))
        let card = try String(
          contentsOf: pipeline.layout.file(ArtifactLayout.Train.model, of: train), encoding: .utf8)
        #expect(card.contains("\"precision\" : \"\(format)\""))
        hashes[format] = try ContentHash.sha256(
          contentsOf: pipeline.layout.file(ArtifactLayout.Train.best, of: train))
        #expect(try pipeline.statuses(automatic)["train/tiny"] == "fresh")
        let fixed = try pipeline.stage(
          train, ["--force", "--set", "compute.precision=\(format)"])
        #expect(fixed.status == 0, "\(fixed)")
        #expect(
          try ContentHash.sha256(
            contentsOf: pipeline.layout.file(ArtifactLayout.Train.best, of: train))
            == hashes[format])
      }
      #expect(hashes["f32"] != hashes["bf16"])
      // Begun in bf16, gone on with where f32 is said to be faster.
      let other = URL(filePath: measured.deletingLastPathComponent().path)
      let begun = try stage(
        pipeline, other.appending(path: "where-bf16"), train,
        ["--force", "--set", "train.stop_after=0.001"])
      #expect(begun.status == 124, "\(begun)")
      let ended = try stage(pipeline, other.appending(path: "where-f32"), train)
      #expect(ended.status == 0 && !ended.errors.contains("is faster here"), "\(ended)")
      #expect(try recorded(train, in: pipeline) == .string("bf16"))
      #expect(
        try ContentHash.sha256(
          contentsOf: pipeline.layout.file(ArtifactLayout.Train.best, of: train)) == hashes["bf16"])
    }

    @Test("Prediction chooses for itself; a cache that is damaged or can't be written is no error")
    func prediction() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let predict = StageInstance(.predict, TinyPipeline.model)
      let measured = pipeline.folder.appending(path: "measured")
      let first = try stage(pipeline, measured, predict)
      #expect(first.status == 0, "\(first)")
      guard first.errors.contains("is faster here: ") else { return }
      for name in try FileManager.default.contentsOfDirectory(atPath: measured.path) {
        try Data("{".utf8).write(to: measured.appending(path: name))
      }
      let again = try stage(pipeline, measured, predict)
      #expect(again.status == 0 && again.errors.contains("measured now"), "\(again)")
      let third = try stage(pipeline, measured, predict)
      #expect(third.status == 0 && third.errors.contains("measured before"), "\(third)")
      let nowhere = try stage(pipeline, URL(filePath: "/proc/nothing"), predict)
      #expect(nowhere.status == 0 && nowhere.errors.contains("measured now"), "\(nowhere)")
      #expect(try pipeline.statuses(automatic)["predict/tiny"] == "fresh")
    }
  }
}
