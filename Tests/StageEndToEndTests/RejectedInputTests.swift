import Foundation
import PipelineContract
import Testing
import Vocabulary

extension EndToEnd {
  @Suite("Bad input gets one clear error and the documented status", .serialized)
  struct RejectedInputTests {
    /// One way to spoil a good label CSV; lines are counted from 1, the header is the first.
    enum Spoiling: String, CaseIterable {
      case malformedID
      case missingColumn
      case labelTwo
      case conflictingDuplicate
      case missingSlice

      /// - Returns: the lines, and what the error has to name.
      func apply(to good: [String]) -> (lines: [String], names: [String]) {
        var lines = good
        switch self {
        case .malformedID:
          lines[9] = "ID_0123abcde_bleeding,0"
          return (lines, ["bad.csv:10"])
        case .missingColumn:
          lines = lines.map { String($0.prefix { $0 != "," }) }
          return (lines, ["bad.csv", "Label"])
        case .labelTwo:
          lines[7] = lines[7].prefix { $0 != "," } + ",2"
          return (lines, ["bad.csv:8"])
        case .conflictingDuplicate:
          let row = lines[4]
          let id = row.prefix { $0 != "," }
          lines.append("\(id),\(row.hasSuffix("1") ? 0 : 1)")
          return (lines, ["bad.csv", "\(id.prefix { $0 != "_" })_"])
        case .missingSlice:
          let parts = lines[1].split(separator: "_")
          let image = "\(parts[0])_\(parts[1])"
          lines.removeAll { $0.hasPrefix("\(image)_") }
          return (lines, [image])
        }
      }
    }

    @Test("A spoilt label CSV", arguments: Spoiling.allCases)
    func labels(spoiling: Spoiling) throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let phantom = StageInstance(.phantom)
      let good = try pipeline.lines(ArtifactLayout.Phantom.trainLabels, of: phantom)
      let (lines, names) = spoiling.apply(to: good)
      let file = pipeline.folder.appending(path: "bad.csv")
      try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
      let dicom = pipeline.layout.file(ArtifactLayout.Phantom.trainDICOM, of: phantom)
      let run = try pipeline.stage(
        StageInstance(.split),
        ["--set", "data.train.dicom=\(dicom.path)", "--set", "data.train.labels=\(file.path)"])
      expectRefusal(run, status: 65, naming: names)
      // What was published before still stands, and nothing of this run looks finished.
      #expect(try pipeline.manifest(StageInstance(.split)).outputs.count == 3)
    }

    @Test("A missing DICOM folder")
    func missingFolder() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let arguments = ["--set", "data.test.dicom=/nowhere/at/all"]
      expectRefusal(
        try pipeline.stage(StageInstance(.convert, .test), arguments), status: 66,
        naming: ["data.test.dicom", "/nowhere/at/all"])
      expectRefusal(
        try pipeline.driver(["run", "convert/test"] + arguments), status: 66,
        naming: ["data.test.dicom", "/nowhere/at/all"])
    }

    @Test(
      "A configuration with a mistake",
      arguments: [
        (
          "split: {seed: 2019, folds: 2, fold: 0}", "split: {seed: 2019, fold_count: 2}",
          ["pipeline.yaml:7", "split.fold_count"]
        ),
        (
          "split: {seed: 2019, folds: 2, fold: 0}", "split: {seed: 2019, folds: many}",
          ["pipeline.yaml:7", "split.folds"]
        ),
        ("compute:", "computer:", ["pipeline.yaml:8", "computer", "compute"]),
        ("batch: 8", "batch: [8]", ["pipeline.yaml:10", "train.tiny.batch"]),
      ])
    func configuration(good: String, bad: String, names: [String]) throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let text = TinyPipeline.configuration.replacing(good, with: bad)
      try #require(text != TinyPipeline.configuration)
      try text.write(
        to: pipeline.folder.appending(path: "pipeline.yaml"), atomically: true, encoding: .utf8)
      expectRefusal(try pipeline.driver(["run"]), status: 78, naming: names)
      expectRefusal(try pipeline.stage(StageInstance(.split)), status: 78, naming: names)
    }

    @Test("An override with an unknown key or a wrong type")
    func overrides() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      expectRefusal(
        try pipeline.driver(["plan", "--set", "train.tiny.epoch=3"]), status: 78,
        naming: ["train.tiny.epoch", "epochs"])
      expectRefusal(
        try pipeline.stage(StageInstance(.merge), ["--set", "merge.models=3"]), status: 78,
        naming: ["merge.models"])
    }

    @Test("An unknown stage, an unknown instance, no instance")
    func unknownNames() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      expectRefusal(try pipeline.driver(["run", "trian"]), status: 64, naming: ["trian", "train"])
      expectRefusal(
        try pipeline.driver(["run", "train/tinny"]), status: 64, naming: ["tinny", "tiny"])
      expectRefusal(
        try pipeline.stage(StageInstance(.train, "tinny")), status: 64, naming: ["tinny", "tiny"])
      expectRefusal(
        try pipeline.stage(StageInstance(.convert)), status: 64,
        naming: ["--instance", "train, test"])
    }

    @Test("A stage without its input, with a changed input, and while another run holds it")
    func upstream() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let split = StageInstance(.split)
      let held = try ArtifactLock(split, in: pipeline.layout, mode: .exclusive)
      expectRefusal(try pipeline.stage(split), status: 75, naming: ["split"])
      withExtendedLifetime(held) {}

      let slices = pipeline.layout.file(
        ArtifactLayout.Convert.slices, of: StageInstance(.convert, .train))
      let text = try String(contentsOf: slices, encoding: .utf8)
      try (text + "\n").write(to: slices, atomically: true, encoding: .utf8)
      expectRefusal(try pipeline.stage(split), status: 65, naming: ["convert/train", "slices.csv"])

      try FileManager.default.removeItem(
        at: pipeline.layout.directory(StageInstance(.convert, .train)))
      expectRefusal(try pipeline.stage(split), status: 66, naming: ["./ichor run convert/train"])
    }

    /// One error line that names the datum, carries the rule's code and says what to do.
    private func expectRefusal(
      _ run: ProcessRun, status: Int32, naming names: [String],
      at place: SourceLocation = #_sourceLocation
    ) {
      #expect(run.status == status, "\(run)", sourceLocation: place)
      #expect(run.errorLines.count == 1, "\(run)", sourceLocation: place)
      for name in names {
        #expect(
          run.errorLines.contains { $0.contains(name) }, "\(name): \(run)", sourceLocation: place)
      }
      #expect(
        run.errorLines.contains { $0.contains(#/\([a-z0-9\-]+\)\. \S+/#) }, "no remedy: \(run)",
        sourceLocation: place)
    }
  }
}
