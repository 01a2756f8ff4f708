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
    #expect(configuration.trainOrder == ["resnet50", "resnet18"])
    #expect(configuration.merge.models == ["resnet50", "resnet18"])
    #expect(configuration.convert == ConvertParameters())
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
    let values = [
      "model": "resnet18", "size": "224", "windows": "[bone]", "batch": "8", "epochs": "9",
      "accumulate": "2", "optimizer": "rmsprop", "definition": "pytorch", "learning_rate": "0.5",
      "momentum": "0", "nesterov": "false", "rho": "0.5", "epsilon": "1e-3", "weight_decay": "0",
      "clip_norm": "1", "start": "last", "schedule": "constant", "warmup_steps": "3",
      "factor": "0.5", "step_epochs": "2", "patience": "1", "min_delta": "0.1", "cooldown": "1",
      "min_learning_rate": "1e-6", "phases": "[{optimizer: sgd}, {optimizer: rmsprop}]",
      "seed": "7", "any_weight": "1", "weights": "w.safetensors", "steps_per_epoch": "4",
      "freeze": "[conv1]", "ema_decay": "0.999", "monitor": "auc_any", "checkpoint_steps": "9",
      "sampler.kind": "weighted", "sampler.keep_positive": "0.5", "sampler.keep_negative": "0.5",
      "sampler.positive_share": "0.5",
      "sampler.weights":
        "{epidural: 1, intraparenchymal: 1, intraventricular: 1, subarachnoid: 1, subdural: 1}",
      "augment.flip": "false", "augment.crop": "0.1", "augment.blur": "0.5",
      "augment.blur_gaussian": "1", "augment.blur_average": "[2, 3]", "augment.blur_median": "3",
      "augment.noise": "0.1", "augment.contrast": "0.2", "augment.brightness": "0.2",
      "augment.scale": "0.2", "augment.shift": "0.2", "augment.rotation": "5",
      "augment.shear": "5", "augment.window_center": "5", "augment.window_width": "0.1",
      "watchdog.floor": "stop", "watchdog.floor_epochs": "5", "watchdog.dead_gradients": "warn",
      "watchdog.dead_steps": "5", "watchdog.constant_output": "off", "watchdog.spread": "0.1",
      "watchdog.divergence": "warn", "watchdog.divergence_factor": "9",
    ]
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
      "sampler.weights": ["sampler.kind=weighted"], "augment.blur": ["augment.blur_average=3"],
    ]
    for (name, value) in values {
      // Windows are applied while training where convert stores Hounsfield units.
      let base = name.contains("window") ? ["convert.windows=hu16"] : []
      let before = base + (companions[name] ?? []).map { "train.resnet50.\($0)" }
      let without = try Configuration.load(file: file, overrides: before)
      let changed = try Configuration.load(
        file: file, overrides: before + ["train.resnet50.\(name)=\(value)"])
      #expect(changed.train["resnet50"] != without.train["resnet50"], "\(name)")
      #expect(changed.train["resnet18"] == without.train["resnet18"])
    }
  }
}
