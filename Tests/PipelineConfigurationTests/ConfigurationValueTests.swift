import Diagnostics
import Foundation
import PipelineConfiguration
import PipelineContract
import Testing
import Vocabulary

@Suite struct ConfigurationValueTests {
  private func parse(_ yaml: String, set overrides: [String] = []) throws -> Configuration {
    try Configuration.parse(
      yaml, name: "p.yaml", folder: URL(fileURLWithPath: "/etc/ichor"), overrides: overrides)
  }

  private let networks = """
    train:
      a: &net {model: dpn92, size: 112, batch: 2, epochs: 3}
      b: *net
    """

  @Test func whatIsLeftOutHasItsDefault() throws {
    let configuration = try parse(networks)
    #expect(configuration.phantom == PhantomParameters())
    #expect(configuration.merge == MergeParameters(models: ["a", "b"]))
    #expect(
      configuration.train["b"] == TrainParameters(model: .dpn92, size: 112, batch: 2, epochs: 3))
  }

  @Test func mergeWeightsAreARuleOrOneForEachNetwork() throws {
    #expect(try parse(networks, set: ["merge.weights=fitted"]).merge.weights == .rule(.fitted))
    let given = try parse(networks, set: ["merge.weights={a: 3, b: 0}"])
    #expect(given.merge.weights == .given(["a": 3, "b": 0]))
    #expect(
      try given.parameters(for: StageInstance(.merge))["merge.weights.a"]?.isSame(as: .integer(3))
        == true)
    for (weights, code) in [
      ("{a: 1}", "key-missing"), ("{a: 1, c: 1, b: 1}", "key-unknown"),
      ("{a: 0, b: 0}", "weights-zero"),
      ("{a: 1, b: -1}", "value-out-of-range"), ("{a: 1, b: many}", "type-wrong"),
      ("heavy", "value-unknown"), ("[1, 2]", "type-wrong"),
    ] {
      let error = #expect(throws: IchorError.self) {
        try parse(networks, set: ["merge.weights=\(weights)"])
      }
      #expect(error?.code == code, "\(weights)")
    }
  }

  @Test func phasesThatEachSayTheirEpochsNeedNoOther() throws {
    func parse(_ second: String) throws -> TrainParameters? {
      try self.parse(
        "train: {resnet18: {size: 112, batch: 2, phases: [{optimizer: sgd, epochs: 3}, \(second)]}}"
      ).train["resnet18"]
    }
    let both = try parse("{optimizer: rmsprop, epochs: 4}")
    #expect(both?.totalEpochs == 7 && both?.phases.map(\.epochs) == [3, 4])
    let error = #expect(throws: IchorError.self) { try parse("{optimizer: rmsprop}") }
    #expect(error?.code == "key-missing" && error?.message.contains("epochs") == true)
  }

  /// The file need not be there: what a run leaves in its place is no start of a training.
  @Test func weightsAreNoneOfTheArtifacts() throws {
    let layout = ArtifactLayout(root: URL(fileURLWithPath: "/data/artifacts"))
    func check(_ path: String) throws {
      try parse(networks, set: ["train.b.weights=\(path)"]).requireWeights(outside: layout)
    }
    try check("/data/artifacts-old/train/b/best.safetensors")
    try check("/data/weights.safetensors")
    for path in ["/data/artifacts/train/b/best.safetensors", "/data/x/../artifacts/w.safetensors"] {
      let error = #expect(throws: IchorError.self) { try check(path) }
      #expect(error?.kind == .configuration && error?.code == "weights-among-artifacts")
      #expect(error?.location == "train.b.weights")
    }
  }

  @Test func overridesComeLastAndReplace() throws {
    let configuration = try parse(
      networks,
      set: [
        "train.a.epochs=5", "train.a.epochs=6", "convert.sizes=[112]", "split.folds = 3",
        "convert.expect.pixel-data-short=1", "merge.models=[b]", "train.a.learning_rate=1",
      ])
    #expect(configuration.train["a"]?.epochs == 6)
    #expect(configuration.train["b"]?.epochs == 3)
    #expect(configuration.train["a"]?.phases[0].learningRate == 1)
    #expect(configuration.convert.sizes == [112])
    #expect(configuration.convert.expect == ["pixel-data-short": 1])
    #expect(configuration.split.folds == 3)
    #expect(configuration.merge.models == ["b"])
  }

  /// The folds don't depend on it; everything that is trained and scored does.
  @Test func redrawingConcernsTheTrainingAndWhatFollows() throws {
    let key = "split.redraw_each_epoch"
    let configuration = try parse(networks, set: ["\(key)=true", "predict.correct_prior=true"])
    #expect(configuration.split.redrawEachEpoch && configuration.predict.correctPrior)
    #expect(try !parse(networks).split.redrawEachEpoch && !parse(networks).predict.correctPrior)
    for instance in configuration.instances {
      let value = try configuration.parameters(for: instance)[key]
      let follows = [.train, .predict, .merge, .report].contains(instance.stage)
      #expect(value == (follows ? .bool(true) : nil), "\(instance)")
    }
  }

  @Test func hounsfieldUnitsStandAloneForTheWindows() throws {
    let configuration = try parse(networks, set: ["convert.windows=hu16"])
    #expect(configuration.convert.content == .hounsfieldUnits)
    #expect(configuration.convert.keepsHounsfieldUnits)
    #expect(try !parse(networks).convert.keepsHounsfieldUnits)
    for wrong in ["brain", "[hu16]", "[brain, hu16]"] {
      #expect(throws: (any Error).self) { try parse(networks, set: ["convert.windows=\(wrong)"]) }
    }
  }

  /// As the tools' options take them.
  @Test func contentIsReadFromOneArgument() throws {
    #expect(try PictureContent(argument: "hu16") == .hounsfieldUnits)
    #expect(try PictureContent(argument: "soft,brain") == .windows([.soft, .brain]))
    #expect("\(PictureContent.windows([.soft, .brain]))" == "soft,brain")
    let error = #expect(throws: IchorError.self) { try PictureContent(argument: "soft,brian") }
    #expect(error?.kind == .usage && error?.message.contains("brian") == true)
    #expect(error?.remedy == "Did you mean “brain”? Use one of brain, subdural, soft, bone.")
  }

  /// What a network sees: convert's windows, or its own where Hounsfield units are kept.
  @Test func networksSeeWindows() throws {
    let windowed = try parse(networks, set: ["convert.windows=[bone, soft]"])
    #expect(windowed.train["a"]?.shownWindows(of: windowed.convert) == [.bone, .soft])
    let kept = try parse(networks, set: ["convert.windows=hu16", "train.a.windows=[bone]"])
    #expect(kept.train["a"]?.shownWindows(of: kept.convert) == [.bone])
    #expect(kept.train["b"]?.shownWindows(of: kept.convert) == [.brain, .subdural, .soft])
  }

  /// In the file relative to the file, in an override relative to the caller.
  @Test func relativePathsStartWhereTheyAreWritten() throws {
    let current = FileManager.default.currentDirectoryPath
    let yaml = networks + "\ndata: {train: {dicom: ../ct, labels: /l.csv}, test: {dicom: test}}"
    let configuration = try parse(yaml, set: ["data.test.dicom=here"])
    #expect(configuration.data.train.dicom == "/etc/ct")
    #expect(configuration.data.train.labels == "/l.csv")
    #expect(configuration.data.test.dicom == "\(current)/here")
    #expect(!configuration.isSynthetic)
  }

  @Test func theGraphIsTheOneOfTheArchitecture() throws {
    let configuration = try parse(networks, set: ["merge.models=[b]"])
    #expect(
      configuration.instances.map(\.description) == [
        "phantom", "convert/train", "convert/test", "split", "train/a", "train/b", "predict/a",
        "predict/b", "merge", "report",
      ])
    let dependencies = { (text: String) in
      try configuration.dependencies(of: StageInstance(parsing: text)).map(\.description).sorted()
    }
    #expect(try dependencies("convert/test") == ["phantom"])
    #expect(try dependencies("split") == ["convert/train", "phantom"])
    #expect(try dependencies("train/a") == ["convert/train", "split"])
    #expect(
      try dependencies("predict/a") == ["convert/test", "convert/train", "split", "train/a"])
    #expect(try dependencies("merge") == ["convert/test", "phantom", "predict/b", "split"])
    #expect(try dependencies("report").count == 9)
  }

  @Test func realDataNeedsNoPhantom() throws {
    let yaml = networks + "\ndata: {train: {dicom: /ct, labels: /l.csv}, test: {dicom: /t}}"
    let configuration = try parse(yaml, set: ["train.a.weights=/w.safetensors"])
    #expect(!configuration.instances.contains(StageInstance(.phantom)))
    let sources = { (instance: StageInstance) in configuration.inputs(of: instance).map(\.name) }
    #expect(sources(StageInstance(.convert, .train)) == ["data.train.dicom"])
    #expect(sources(StageInstance(.split)) == ["convert/train", "data.train.labels"])
    #expect(
      sources(StageInstance(.train, "a")) == ["convert/train", "split", "train.a.weights"])
    #expect(
      sources(StageInstance(.merge)) == ["split", "convert/test", "predict/a", "predict/b"])
  }

  /// A key that an artifact does not depend on must not make it stale.
  @Test func eachInstanceDependsOnItsOwnParameters() throws {
    let configuration = try parse(networks, set: ["compute.threads=3"])
    let keys = { (text: String) in
      Set(try configuration.parameters(for: StageInstance(parsing: text)).keys)
    }
    #expect(
      try keys("phantom") == [
        "phantom.seed", "phantom.train_patients", "phantom.test_patients",
        "phantom.bleeding_fraction",
      ])
    #expect(
      try keys("split") == [
        "split.seed", "split.folds", "split.fold", "split.group", "split.ignore_pictures",
        "labels.unlabelled",
      ])
    #expect(
      try keys("predict/a") == [
        "predict.batch", "predict.correct_prior", "split.redraw_each_epoch", "compute.backend",
        "compute.precision",
      ])
    let train = try configuration.parameters(for: StageInstance(.train, "a"))
    #expect(train["train.a.epochs"] == .integer(3))
    #expect(train["train.a.model"] == .string("dpn92"))
    #expect(train["compute.precision"] == .string("auto"))
    #expect(
      train.keys.allSatisfy {
        $0.hasPrefix("train.a.") || $0.hasPrefix("compute.") || $0 == SplitParameters.redrawKey
      })
    #expect(train["compute.threads"] == nil)
  }
}
