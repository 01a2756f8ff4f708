import Diagnostics
import Foundation
import PipelineConfiguration
import Testing

/// What is wrong with a configuration is reported with file, line, key and remedy.
@Suite struct ConfigurationErrorTests {
  /// Line 3 holds the network.
  static let small = """
    split: {folds: 5}
    train:
      resnet50: {size: 112, batch: 16, epochs: 4}
    merge: {models: [resnet50]}
    """

  static func fault(_ yaml: String, set overrides: [String] = []) -> IchorError? {
    do {
      _ = try Configuration.parse(
        yaml, name: "p.yaml", folder: URL(fileURLWithPath: "/etc"), overrides: overrides)
      return nil
    } catch {
      return error as? IchorError
    }
  }

  @Test func theSmallOneIsValid() { #expect(Self.fault(Self.small) == nil) }

  @Test(arguments: [
    (
      "train:\n  a: {model: resnet18, size: 112, batch: 1, epochs: 1}\nspilt: {}",
      "key-unknown", "p.yaml:3", "split"
    ),
    ("split:\n  seed: 1\n  fodls: 5", "key-unknown", "p.yaml:3", "split.folds"),
    ("split: {seed: 1}\nsplit: {seed: 2}", "key-duplicate", "p.yaml:", "Keep one"),
    ("split:\n  folds: 1", "value-out-of-range", "p.yaml:2: split.folds", "2 to 100"),
    ("split:\n  folds: 3.5", "type-wrong", "p.yaml:2: split.folds", "whole number"),
    ("split:\n  folds: \"3\"", "type-wrong", "p.yaml:2: split.folds", "whole number"),
    ("split:\n  folds: yes", "type-wrong", "p.yaml:2: split.folds", "whole number"),
    ("split:\n  folds: [3]", "type-wrong", "p.yaml:2: split.folds", "whole number"),
    ("split:\n  folds: 3\n  fold: 3", "value-out-of-range", "p.yaml:3: split.fold", "0…2"),
    ("split: 3", "type-wrong", "p.yaml:1", "indented"),
    ("convert: {sizes: [224, 224]}", "list-duplicate", "p.yaml:1: convert.sizes", "once"),
    ("convert: {sizes: [15]}", "value-out-of-range", "p.yaml:1: convert.sizes", "16 to 1024"),
    ("convert: {sizes: []}", "list-length", "p.yaml:1: convert.sizes", "1 to"),
    ("convert: {windows: [brian]}", "value-unknown", "p.yaml:1: convert.windows", "“brain”"),
    ("convert: {repairs: [all]}", "value-unknown", "p.yaml:1: convert.repairs", "wrapped-12-bit"),
    ("convert: {windows: [bone, bone]}", "list-duplicate", "p.yaml:1: convert.windows", "once"),
    ("convert: {windows: []}", "list-length", "p.yaml:1: convert.windows", "1 to 3"),
    ("convert: {sizes: [1025]}", "value-out-of-range", "p.yaml:1: convert.sizes", "16 to 1024"),
    ("convert: {expect: {a: -1}}", "value-out-of-range", "p.yaml:1: convert.expect.a", "0 to"),
    ("data:\n  train: {dicom: /x}", "labels-missing", "p.yaml:2: data.train.dicom", "label CSV"),
    ("data: {test: {submission: /x}}", "dicom-missing", "p.yaml:1: data.test.submission", "folder"),
    ("compute: {backend: cuda}", "value-unknown", "p.yaml:1: compute.backend", "onednn"),
    (
      "phantom: {bleeding_fraction: 1.5}", "value-out-of-range", "p.yaml:1: phantom.bleeding", "1.0"
    ),
    ("train: {}", "train-empty", "p.yaml:1", "resnet50"),
    ("split: [", "yaml-malformed", "p.yaml:", "column"),
    ("split: {seed: !!binary aGk=}", "type-wrong", "p.yaml:1", "whole number"),
    ("split: {seed: !x 3}", "yaml-tag", "p.yaml:1", "without a tag"),
    ("train:\n  x: {size: 112, batch: 1, epochs: 1}", "model-missing", "p.yaml:2", "model:"),
    ("train:\n  resnet50: {batch: 1, epochs: 1}", "key-missing", "train.resnet50.size", "16"),
    (
      "train:\n  resnet50: {size: 96, batch: 1, epochs: 1}", "size-not-converted", "p.yaml:2",
      "224, 112"
    ),
    (
      "train:\n  a.b: {model: resnet18, size: 112, batch: 1, epochs: 1}", "instance-name",
      "p.yaml:2", "letters"
    ),
    (
      "train:\n  -x: {model: resnet18, size: 112, batch: 1, epochs: 1}", "instance-name",
      "p.yaml:2: train.-x", "a letter or digit first"
    ),
    (
      "merge: {models: [dpn92]}\ntrain: {resnet50: {size: 112, batch: 1, epochs: 1}}",
      "value-unknown", "p.yaml:1: merge.models", "resnet50"
    ),
    (
      "merge: {models: []}\ntrain: {resnet50: {size: 112, batch: 1, epochs: 1}}", "list-length",
      "p.yaml:1: merge.models", "1 to 1"
    ),
  ])
  func faultsNameLineKeyAndRemedy(yaml: String, code: String, place: String, remedy: String) {
    let error = Self.fault(yaml)
    #expect(error?.kind == .configuration)
    #expect(error?.code == code, "\(error.map(String.init(describing:)) ?? "no error")")
    #expect(error?.location?.contains(place) == true, "\(error?.location ?? "nowhere")")
    #expect(error?.remedy.contains(remedy) == true, "\(error?.remedy ?? "")")
  }

  /// Every choice lists what is known, the nearest first.
  @Test(arguments: [
    (
      "train.resnet50.model=resnet5",
      "Did you mean “resnet50”? Use one of resnet18, resnet50, densenet"
    ),
    ("train.resnet50.optimizer=adam", "Use one of sgd, rmsprop"),
    ("train.resnet50.definition=torch", "Did you mean “pytorch”? Use one of keras, pytorch"),
    ("train.resnet50.start=first", "Use one of best, last"),
    ("train.resnet50.schedule=exp", "Use one of constant, cosine, step, plateau"),
    (
      "train.resnet50.monitor=auc_anny",
      "Did you mean “auc_any”? Use one of loss, loss_any, auc_any, "
    ),
    ("train.resnet50.sampler.kind=reservoir", "Use one of epochs, weighted"),
    ("train.resnet50.watchdog.floor=ignore", "Use one of stop, warn, off"),
    (
      "train.resnet50.windows=[brian]",
      "Did you mean “brain”? Use one of brain, subdural, soft, bone."
    ),
    ("train.resnet50.phases=[{optimizer: sg}]", "Did you mean “sgd”? Use one of sgd, rmsprop"),
    ("compute.precision=f16", "Use one of auto, f32, bf16"),
    ("compute.backend=cuda", "Use one of onednn, openblas"),
    ("merge.weights=best", "Use one of inverse-loss, equal, fitted"),
  ])
  func unknownChoicesListTheKnownOnes(option: String, remedy: String) {
    let error = Self.fault(Self.small, set: [option])
    #expect(error?.code == "value-unknown")
    #expect(error?.remedy.contains(remedy) == true, "\(error?.remedy ?? "")")
  }

  @Test(arguments: [
    ("train.resnet50.epochs=3.5", "type-wrong", "whole number"),
    ("train.resnet50.epoch=3", "key-unknown", "train.resnet50.epochs"),
    ("train.resnet5.epochs=1", "instance-unknown", "train/resnet50"),
    ("train.resnet5={size: 112}", "instance-unknown", "train/resnet50"),
    ("train.stop_after=soon", "type-wrong", "8h"),
    ("train.resnet50.epochs.x=1", "key-unknown", "train.resnet50.epochs"),
    ("epochs", "set-malformed", "--set train"), ("=1", "set-malformed", "--set train"),
    ("split..seed=1", "set-malformed", "--set train"), ("split.seed=[", "yaml-malformed", "column"),
    ("split.seed=-1", "value-out-of-range", "0 to"),
    ("split.seed=", "type-wrong", "whole number"),
    ("nothing.here=1", "key-unknown", "The keys here are"),
  ])
  func optionsAreNamed(option: String, code: String, remedy: String) {
    let error = Self.fault(Self.small, set: [option])
    #expect(error?.kind == .configuration)
    #expect(error?.code == code, "\(error.map(String.init(describing:)) ?? "no error")")
    #expect(error?.location?.hasPrefix("--set \(option)") == true, "\(error?.location ?? "")")
    #expect(error?.remedy.contains(remedy) == true, "\(error?.remedy ?? "")")
  }

  @Test func aMissingFileIsAMissingInput() {
    let error = #expect(throws: IchorError.self) {
      try Configuration.load(file: URL(fileURLWithPath: "/nowhere/p.yaml"))
    }
    #expect(error?.kind == .inputMissing)
  }

  /// None of these may trap, whatever they are told.
  @Test(arguments: [
    "", "\0", "- a", "a: &x [*x]", "? [a]\n: b", "{a: b}: c", "*x", "--- a\n--- b",
    "split: {seed: 99999999999999999999}", "split: {seed: .nan}", "split: {seed: 1e999}",
    "\u{feff}split: {folds: x}", "train: {resnet50: null}", "a: !!int x", "split: {seed: 0x10}",
  ])
  func oddDocumentsAreRefused(yaml: String) { #expect(Self.fault(yaml)?.kind == .configuration) }

  @Test func deepAndExplodingDocumentsAreRefused() {
    #expect(Self.fault(String(repeating: "[", count: 100_000))?.kind == .configuration)
    var yaml = "a: &a0 [1,1,1,1,1,1,1,1,1,1]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
      yaml += "b\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(Self.fault(yaml)?.code == "yaml-too-large")
  }
}
