import ContentHashing
import Foundation
import PipelineContract
import Testing

extension EndToEnd {
  @Suite("Damage that keeps a file's size is found by whoever reads the file", .serialized)
  struct DamageTests {
    /// A file, the artifact that it belongs to, and a stage that reads it.
    struct Case: CustomTestStringConvertible {
      let path: String
      let of: StageInstance
      let reader: StageInstance

      var testDescription: String { "\(of)/\(path) by \(reader)" }
    }

    private static let train = StageInstance(.convert, .train)
    private static let model = StageInstance(.train, TinyPipeline.model)
    private static let predicted = StageInstance(.predict, TinyPipeline.model)

    static let whole: [Case] = [
      (ArtifactLayout.Phantom.trainLabels, StageInstance(.phantom), StageInstance(.split)),
      (ArtifactLayout.Convert.slices, train, StageInstance(.split)),
      (ArtifactLayout.Split.slices, StageInstance(.split), model),
      (ArtifactLayout.Split.summary, StageInstance(.split), model),
      (ArtifactLayout.Train.best, model, predicted),
      (ArtifactLayout.Train.model, model, predicted),
      (ArtifactLayout.Predict.validation, predicted, StageInstance(.merge)),
      (ArtifactLayout.Predict.test, predicted, StageInstance(.merge)),
      (ArtifactLayout.Merge.probabilities, StageInstance(.merge), StageInstance(.report)),
      (ArtifactLayout.Convert.preview, train, StageInstance(.report)),
    ].map { Case(path: $0.0, of: $0.1, reader: $0.2) }

    @Test("A file that is read whole", arguments: whole)
    func wholeFile(damaged: Case) throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let file = pipeline.layout.file(damaged.path, of: damaged.of)
      try change(file) { $0[$0.count / 2] ^= 1 }
      let run = try pipeline.stage(damaged.reader)
      #expect(run.status == 65 && run.errorLines.count == 1, "\(run)")
      #expect(run.errors.contains(file.path), "\(run)")
      #expect(run.errors.contains("./ichor verify \(damaged.of) --repair"), "\(run)")
    }

    @Test(
      "A picture in a shard",
      arguments: [StageInstance(.split), model, predicted, StageInstance(.report)])
    func picture(reader: StageInstance) throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let shards = try pipeline.manifest(Self.train).outputs.map(\.path)
        .filter { $0.hasSuffix(".tar") }
      for path in shards {
        try change(pipeline.layout.file(path, of: Self.train)) { $0 = Data(count: $0.count) }
      }
      let run = try pipeline.stage(reader)
      #expect(run.status == 65 && run.errorLines.count == 1, "\(run)")
      #expect(run.errors.contains(#/shard-\d{5}\.tar: Slice ID_[0-9a-f]+: /#), "\(run)")
      #expect(run.errors.contains("(shard-damaged)"), "\(run)")
    }

    @Test(
      "A DICOM file of the phantom, whether or not it can still be read", arguments: [200, 128])
    func dicom(place: Int) throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let phantom = StageInstance(.phantom)
      let path = try #require(
        try pipeline.manifest(phantom).outputs.map(\.path).first { $0.hasPrefix("train/") })
      let file = pipeline.layout.file(path, of: phantom)
      try change(file) { $0[$0.count - place] ^= 1 }
      if place == 128 { try change(file) { $0[place] ^= 0xff } }
      let run = try pipeline.stage(Self.train)
      #expect(run.status == 65 && run.errors.contains(file.path), "\(run)")
      #expect(run.errors.contains("(artifact-changed)"), "\(run)")
    }

    @Test("verify names a damaged shard, marks it, and the next run makes it again, and it alone")
    func verified() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let whole = try pipeline.driver(["verify"])
      #expect(whole.status == 0 && whole.output.hasSuffix("all as written.\n"), "\(whole)")
      let wanted = try pipeline.manifest(Self.train)
      let path = try #require(wanted.outputs.map(\.path).first { $0.hasSuffix(".tar") })
      try change(pipeline.layout.file(path, of: Self.train)) { $0[700] ^= 1 }
      #expect(try pipeline.statuses().values.allSatisfy { $0 == "fresh" })
      let found = try pipeline.driver(["verify", "--repair"])
      #expect(found.status == 65, "\(found)")
      #expect(found.output.contains("convert/train: \(path) is not what was written"), "\(found)")
      #expect(found.output.contains("“./ichor run convert/train” makes it again"), "\(found)")
      #expect(try pipeline.statuses()["convert/train"] == "stale")
      let run = try pipeline.driver(["run"])
      #expect(run.status == 0, "\(run)")
      let shards = wanted.outputs.count { $0.path.hasSuffix(".tar") }
      try #require(shards > 1)
      // Shards without slices, of which the tiny collection has some, have no tar and count as made.
      #expect(run.output.contains(", 0 resumed, \(shards - 1) taken over"), "\(run)")
      // The same bytes as before: nothing downstream is made again.
      #expect(try pipeline.manifest(Self.train).outputs == wanted.outputs)
      #expect(try pipeline.statuses().values.allSatisfy { $0 == "fresh" })
      let json = try pipeline.driver(["verify", "--json", "convert"])
      #expect(json.status == 0 && json.output.hasPrefix("{\"artifacts\":[{\"bytes\":"), "\(json)")
    }

    /// How weights can be broken that are otherwise whole.
    enum Breakdown: String, CaseIterable {
      case notANumber, negativeVariance, allZero

      var code: String {
        switch self {
        case .notANumber: "weights-not-finite"
        case .negativeVariance: "weights-variance-negative"
        case .allZero: "output-constant"
        }
      }

      var named: String {
        switch self {
        case .notANumber: "“fc.weight”"
        case .negativeVariance: "“layer1.0.bn1.running_var”"
        case .allZero: TinyPipeline.model
        }
      }

      func apply(to file: inout WeightsFile) {
        switch self {
        case .notANumber: file["fc.weight"]?.replaceSubrange(8..<12, with: [0, 0, 0xc0, 0x7f])
        case .negativeVariance:
          file["layer1.0.bn1.running_var"]?.replaceSubrange(0..<4, with: [0, 0, 0x80, 0xbf])
        case .allZero:
          for name in file.names { file[name] = file[name].map { Data(count: $0.count) } }
        }
      }
    }

    @Test("A network that has broken down is refused by predict", arguments: Breakdown.allCases)
    func broken(breakdown: Breakdown) throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let file = pipeline.layout.file(ArtifactLayout.Train.best, of: Self.model)
      var weights = try WeightsFile(Data(contentsOf: file))
      breakdown.apply(to: &weights)
      try replace(file, weights.data, in: pipeline)
      let run = try pipeline.stage(Self.predicted)
      #expect(run.status == 65 && run.errorLines.count == 1, "\(run)")
      #expect(run.errors.contains("(\(breakdown.code))"), "\(run)")
      #expect(run.errors.contains(breakdown.named) && run.errors.contains(file.path), "\(run)")
    }

    /// The three commands of the probe that load weights read them in one place.
    @Test("The probe refuses what predict refuses", arguments: ["forward", "gradients", "steps"])
    func probe(command: String) throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let source = pipeline.layout.file(ArtifactLayout.Train.best, of: Self.model)
      let (weights, input) = (
        pipeline.folder.appending(path: "w.safetensors"),
        pipeline.folder.appending(path: "in.safetensors")
      )
      let header = Data(
        """
        {"input":{"dtype":"F32","shape":[2,1,64,64],"data_offsets":[0,32768]},\
        "targets":{"dtype":"F32","shape":[2,6],"data_offsets":[32768,32816]}}
        """.utf8)
      try
        (withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) } + header
        + Data(count: 32816)).write(to: input)
      func run(_ breakdown: Breakdown?) throws -> ProcessRun {
        var file = try WeightsFile(Data(contentsOf: source))
        breakdown?.apply(to: &file)
        try file.data.write(to: weights)
        return try pipeline.start(
          "ichor-probe",
          [
            command, "--model", "resnet18", "--weights", weights.path, "--input", input.path,
            "--output", pipeline.folder.appending(path: "out.safetensors").path,
          ]
        ).wait()
      }
      let whole = try run(nil)
      #expect(whole.status == 0, "\(whole)")
      for breakdown in [Breakdown.notANumber, .negativeVariance] {
        let refused = try run(breakdown)
        #expect(refused.status == 65, "\(refused)")
        #expect(refused.errors.contains(breakdown.code), "\(refused)")
        #expect(
          refused.errors.contains(breakdown.named) && refused.errors.contains(weights.path),
          "\(refused)")
      }
    }

    @Test(
      "Weights to start from: refused where they are broken, loaded without counters of batches")
    func initialWeights() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      var weights = try WeightsFile(
        Data(contentsOf: pipeline.layout.file(ArtifactLayout.Train.best, of: Self.model)))
      let start = pipeline.folder.appending(path: "start.safetensors")
      let arguments = ["--set", "train.tiny.weights=\(start.path)", "--set", "train.tiny.epochs=1"]
      let counters = weights.names.filter { $0.hasSuffix("num_batches_tracked") }
      try #require(counters.count == 20)
      for name in counters { weights[name] = nil }
      try weights.data.write(to: start)
      let run = try pipeline.stage(Self.model, arguments)
      #expect(run.status == 0, "\(run)")
      Breakdown.negativeVariance.apply(to: &weights)
      try weights.data.write(to: start)
      let refused = try pipeline.stage(Self.model, arguments)
      #expect(
        refused.status == 65 && refused.errors.contains("layer1.0.bn1.running_var"), "\(refused)")
      #expect(refused.errors.contains(start.path), "\(refused)")
    }

    /// Changes a file of a copy, whose files have a second name in the original.
    private func change(_ file: URL, _ change: (inout Data) -> Void) throws {
      var bytes = try Data(contentsOf: file)
      change(&bytes)
      try FileManager.default.removeItem(at: file)
      try bytes.write(to: file)
    }

    /// Puts another file in the place of the best weights, as if training had written it.
    private func replace(_ file: URL, _ data: Data, in pipeline: TinyPipeline) throws {
      let old = try ContentHash.sha256(contentsOf: file)
      let bytes = try Data(contentsOf: file).count
      try change(file) { $0 = data }
      let manifest = pipeline.layout.manifest(Self.model)
      let text = try String(contentsOf: manifest, encoding: .utf8)
        .replacing(old, with: ContentHash.sha256(of: data))
        .replacing("\"bytes\" : \(bytes)", with: "\"bytes\" : \(data.count)")
      // With a checksum of its own.
      try FileManager.default.removeItem(at: manifest)
      try CanonicalJSON.writeSealed(
        JSONDecoder().decode(Manifest.self, from: Data(text.utf8)), to: manifest)
    }
  }
}
