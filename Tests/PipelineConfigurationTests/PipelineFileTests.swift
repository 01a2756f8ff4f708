import Foundation
import PipelineConfiguration
import PipelineContract
import Testing

/// Tests/PipelineConfigurationTests/THIS -> the repository.
private let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

/// The `pipeline.yaml` of the repository.
@Suite struct PipelineFileTests {
  private let file = repository.appendingPathComponent("pipeline.yaml")

  @Test func itLoads() throws {
    let configuration = try Configuration.load(file: file)
    #expect(configuration.isSynthetic)
    #expect(configuration.trainOrder == ["resnet50", "densenet121"])
    #expect(configuration.merge.models == ["resnet50", "densenet121"])
    #expect(configuration.convert == ConvertParameters(sizes: [224, 112, 64]))
    #expect(configuration.split == SplitParameters())
    #expect(configuration.compute == ComputeParameters())
  }

  /// `./ichor run --help` and the file both show every key.
  @Test func itShowsEveryKey() throws {
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(Configuration.keys.count > 30)
    for (key, _) in Configuration.keys {
      let name = key.split(separator: ".").last.map(String.init) ?? ""
      #expect(text.contains("\(name):"), "\(key)")
      #expect(Configuration.keysForHelp.contains("  \(key): "))
    }
  }

  /// Every key can be set, to the value in the file.
  @Test func everyKeyOfANetworkCanBeSet() throws {
    let values = NetworkValues.others.merging([
      "model": "resnet18", "epochs": "9", "weights": "w.safetensors", "augment.flip": "false",
    ]) { $1 }
    let keys = Configuration.keys.map(\.key).filter { $0.hasPrefix("train.NAME.") }
    #expect(Set(keys) == Set(values.keys.map { "train.NAME.\($0)" }))
    // Settings without which a key would be idle.
    let companions = [
      "rho": ["optimizer=rmsprop"], "epsilon": ["optimizer=rmsprop"],
      "factor": ["schedule=step", "step_epochs=2"], "step_epochs": ["schedule=step"],
      "patience": ["schedule=plateau"], "min_delta": ["schedule=plateau"],
      "cooldown": ["schedule=plateau"], "min_learning_rate": ["schedule=plateau"],
      "sampler.keep_positive": ["sampler.kind=weighted"],
      "sampler.keep_negative": ["sampler.kind=weighted"],
      "sampler.positive_share": ["sampler.kind=weighted"],
      "freeze_statistics": ["freeze=[bn1]"],
      "sampler.weights": ["sampler.kind=weighted"], "augment.blur": ["augment.blur_average=3"],
      "stop.min_delta": ["stop.patience=2"],
    ]
    for (name, value) in values {
      // Windows are applied while training where convert stores Hounsfield units.
      let base = name.contains("window") ? ["convert.windows=hu16"] : []
      // Long enough for every schedule to act.
      let long = ["epochs=12"]
      let before = base + (long + (companions[name] ?? [])).map { "train.resnet50.\($0)" }
      let without = try Configuration.load(file: file, overrides: before)
      let changed = try Configuration.load(
        file: file, overrides: before + ["train.resnet50.\(name)=\(value)"])
      #expect(changed.train["resnet50"] != without.train["resnet50"], "\(name)")
      #expect(changed.train["densenet121"] == without.train["densenet121"])
    }
  }
}
