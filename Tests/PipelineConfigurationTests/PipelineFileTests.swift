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
    let configuration = try PipelineConfiguration.load(file: file)
    #expect(configuration.isSynthetic)
    #expect(configuration.trainOrder == ["resnet50", "resnet18"])
    #expect(configuration.merge.models == ["resnet50", "resnet18"])
    #expect(configuration.convert == ConvertParameters())
    #expect(configuration.split == SplitParameters())
    #expect(configuration.compute == ComputeParameters())
  }

  /// `./ichor run --help` and the file both show every key.
  @Test func itShowsEveryKey() throws {
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(PipelineConfiguration.keys.count > 30)
    for (key, _) in PipelineConfiguration.keys {
      let name = key.split(separator: ".").last.map(String.init) ?? ""
      #expect(text.contains("\(name):"), "\(key)")
      #expect(PipelineConfiguration.keysForHelp.contains("  \(key): "))
    }
  }

  /// Every key can be set, by the value that stands in the file.
  @Test func everyKeyOfANetworkCanBeSet() throws {
    let plain = try PipelineConfiguration.load(file: file)
    let values = [
      "model": "resnet18", "size": "224", "batch": "8", "epochs": "9", "optimizer": "sgd",
      "learning_rate": "0.5", "momentum": "0", "nesterov": "false", "weight_decay": "0",
      "schedule": "constant", "warmup_steps": "3", "flip": "false", "rotation": "0",
      "scale": "0", "shift": "0", "seed": "7",
      "any_weight": "1", "weights": "w.safetensors", "steps_per_epoch": "4",
    ]
    let keys = PipelineConfiguration.keys.map(\.key).filter { $0.hasPrefix("train.NAME.") }
    #expect(Set(keys) == Set(values.keys.map { "train.NAME.\($0)" }))
    for (name, value) in values where name != "optimizer" {
      let changed = try PipelineConfiguration.load(
        file: file, overrides: ["train.resnet50.\(name)=\(value)"])
      #expect(changed.train["resnet50"] != plain.train["resnet50"], "\(name)")
      #expect(changed.train["resnet18"] == plain.train["resnet18"])
    }
  }
}
