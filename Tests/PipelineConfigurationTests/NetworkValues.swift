/// A value for each key of a network, other than its default and than the value in pipeline.yaml.
enum NetworkValues {
  static let others = [
    "model": "resnet50", "size": "224", "windows": "[bone]", "batch": "8", "epochs": "8",
    "accumulate": "2", "optimizer": "rmsprop", "definition": "pytorch", "learning_rate": "0.5",
    "momentum": "0", "nesterov": "false", "rho": "0.5", "epsilon": "1e-3", "weight_decay": "0",
    "clip_norm": "1", "start": "last", "schedule": "constant", "warmup_steps": "3",
    "factor": "0.5", "step_epochs": "2", "patience": "1", "min_delta": "0.1", "cooldown": "1",
    "min_learning_rate": "1e-6", "phases": "[{optimizer: sgd}, {optimizer: rmsprop}]",
    "seed": "7", "any_weight": "1", "weights": "/w.safetensors", "steps_per_epoch": "4",
    "freeze": "[conv1]", "freeze_statistics": "false",
    "ema_decay": "0.999", "monitor": "auc_any", "checkpoint_steps": "9",
    "continue_from": "best", "stop.patience": "2", "stop.min_delta": "0.1",
    "sampler.kind": "weighted", "sampler.keep_positive": "0.5", "sampler.keep_negative": "0.5",
    "sampler.positive_share": "0.5",
    "sampler.weights":
      "{epidural: 1, intraparenchymal: 1, intraventricular: 1, subarachnoid: 1, subdural: 1}",
    "augment.flip": "true", "augment.crop": "0.1", "augment.blur": "0.5",
    "augment.blur_gaussian": "1", "augment.blur_average": "[2, 3]", "augment.blur_median": "3",
    "augment.noise": "0.1", "augment.contrast": "0.2", "augment.brightness": "0.2",
    "augment.scale": "0.2", "augment.shift": "0.2", "augment.rotation": "5",
    "augment.shear": "5", "augment.window_center": "5", "augment.window_width": "0.1",
    "watchdog.floor": "stop", "watchdog.floor_epochs": "5", "watchdog.dead_gradients": "warn",
    "watchdog.dead_steps": "5", "watchdog.constant_output": "off", "watchdog.spread": "0.1",
    "watchdog.divergence": "warn", "watchdog.divergence_factor": "9",
  ]

  /// What has to be set for a key to be valid at all, under `train.NAME`.
  static func companions(of key: String) -> [String] {
    let own: [String] =
      switch key {
      case "rho", "epsilon": ["optimizer=rmsprop"]
      case "factor", "step_epochs": ["schedule=step"]
      case "patience", "min_delta", "cooldown", "min_learning_rate": ["schedule=plateau"]
      case "sampler.keep_positive", "sampler.keep_negative", "sampler.positive_share",
        "sampler.weights":
        ["sampler.kind=weighted"]
      case "augment.blur": ["augment.blur_average=3"]
      case "freeze_statistics": ["freeze=[bn1]"]
      case "stop.min_delta": ["stop.patience=2"]
      default: []
      }
    return (key.contains("window") ? ["convert.windows=hu16"] : [])
      + own.map { "train.NAME.\($0)" }
  }
}
