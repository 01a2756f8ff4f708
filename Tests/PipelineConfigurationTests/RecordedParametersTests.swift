import Diagnostics
import Foundation
import PipelineConfiguration
import PipelineContract
import Testing

/// What manifests record. An artifact made before choices were enumerations must not turn stale:
/// these lines are what `ichor plan` of the version before listed for this configuration, given
/// manifests without parameters. Without `checkpoint_steps`, which is no longer recorded: no result
/// depends on it.
@Suite struct RecordedParametersTests {
  private static let yaml = """
    data:
      train: {dicom: null, labels: null}
      test: {dicom: null, submission: null}
    phantom: {seed: 3, train_patients: 4, test_patients: 2, bleeding_fraction: 0.5}
    convert: {sizes: [64, 32], windows: hu16, repairs: [wrapped-12-bit], shard_slices: 32}
    split: {seed: 2019, folds: 2, fold: 0}
    compute: {backend: onednn, precision: f32, threads: null}
    train:
      tiny:
        model: resnet18
        size: 64
        windows: [bone, brain, subdural]
        batch: 8
        epochs: 1
        steps_per_epoch: 2
        definition: pytorch
        phases:
          - {optimizer: sgd, learning_rate: 0.01, nesterov: false}
          - {optimizer: rmsprop, definition: keras, learning_rate: 0.001, start: last, epochs: 3,
            schedule: plateau, patience: 1}
        monitor: auc_any
        sampler: {kind: weighted, positive_share: 0.5, weights: {epidural: 1, intraparenchymal: 2,
          intraventricular: 1, subarachnoid: 1, subdural: 1}}
        augment: {flip: true, window_center: 5, window_width: [0.9, 1.1]}
        watchdog: {floor: off, dead_gradients: warn, divergence: stop}
      resnet18: {size: 32, batch: 8, epochs: 1, optimizer: sgd, schedule: constant}
    predict: {batch: 16}
    merge: {models: [tiny, resnet18], weights: fitted}
    report: {slices: 2}
    """

  private static let recorded: [(instance: String, lines: String)] = [
    (
      "convert/train",
      """
      convert.expect: {}
      convert.repairs: [wrapped-12-bit]
      convert.shard_slices: 32
      convert.sizes: [64, 32]
      convert.windows: [hu16]
      """
    ),
    (
      "train/tiny",
      """
      compute.backend: onednn
      compute.precision: f32
      split.redraw_each_epoch: false
      train.tiny.accumulate: 1
      train.tiny.any_weight: 2
      train.tiny.augment.blur: 0
      train.tiny.augment.flip: true
      train.tiny.augment.window_center: [-5, 5]
      train.tiny.augment.window_width: [0.9, 1.1]
      train.tiny.batch: 8
      train.tiny.epochs: 1
      train.tiny.freeze: []
      train.tiny.model: resnet18
      train.tiny.monitor: auc_any
      train.tiny.phases.0.cooldown: 0
      train.tiny.phases.0.definition: pytorch
      train.tiny.phases.0.epsilon: 1e-08
      train.tiny.phases.0.factor: 0.1
      train.tiny.phases.0.learning_rate: 0.01
      train.tiny.phases.0.min_delta: 0.0001
      train.tiny.phases.0.min_learning_rate: 0
      train.tiny.phases.0.momentum: 0.9
      train.tiny.phases.0.nesterov: false
      train.tiny.phases.0.optimizer: sgd
      train.tiny.phases.0.patience: 3
      train.tiny.phases.0.rho: 0.99
      train.tiny.phases.0.schedule: cosine
      train.tiny.phases.0.start: best
      train.tiny.phases.0.step_epochs: 3
      train.tiny.phases.0.warmup_steps: 0
      train.tiny.phases.0.weight_decay: 0.0001
      train.tiny.phases.1.cooldown: 0
      train.tiny.phases.1.definition: keras
      train.tiny.phases.1.epochs: 3
      train.tiny.phases.1.epsilon: 1e-07
      train.tiny.phases.1.factor: 0.1
      train.tiny.phases.1.learning_rate: 0.001
      train.tiny.phases.1.min_delta: 0.0001
      train.tiny.phases.1.min_learning_rate: 0
      train.tiny.phases.1.momentum: 0
      train.tiny.phases.1.nesterov: true
      train.tiny.phases.1.optimizer: rmsprop
      train.tiny.phases.1.patience: 1
      train.tiny.phases.1.rho: 0.9
      train.tiny.phases.1.schedule: plateau
      train.tiny.phases.1.start: last
      train.tiny.phases.1.step_epochs: 3
      train.tiny.phases.1.warmup_steps: 0
      train.tiny.phases.1.weight_decay: 0.0001
      train.tiny.sampler.keep_negative: 1
      train.tiny.sampler.keep_positive: 1
      train.tiny.sampler.kind: weighted
      train.tiny.sampler.positive_share: 0.5
      train.tiny.sampler.weights.epidural: 1
      train.tiny.sampler.weights.intraparenchymal: 2
      train.tiny.sampler.weights.intraventricular: 1
      train.tiny.sampler.weights.subarachnoid: 1
      train.tiny.sampler.weights.subdural: 1
      train.tiny.seed: 1
      train.tiny.size: 64
      train.tiny.steps_per_epoch: 2
      train.tiny.watchdog.constant_output: stop
      train.tiny.watchdog.dead_gradients: warn
      train.tiny.watchdog.dead_steps: 20
      train.tiny.watchdog.divergence: stop
      train.tiny.watchdog.divergence_factor: 3
      train.tiny.watchdog.floor: off
      train.tiny.watchdog.floor_epochs: 3
      train.tiny.watchdog.spread: 1e-06
      train.tiny.windows: [bone, brain, subdural]
      """
    ),
    (
      "merge",
      """
      merge.models: [tiny, resnet18]
      merge.weights: fitted
      split.redraw_each_epoch: false
      """
    ),
  ]

  /// A frozen network keeps its batch statistics since the key is there: trainings with `freeze` from
  /// before are made again, and no others.
  @Test func statisticsAreRecordedWhereSomethingIsFrozen() throws {
    func recorded(_ settings: [String]) throws -> [String: JSONValue] {
      try Configuration.parse(
        Self.yaml, name: "p.yaml", folder: URL(fileURLWithPath: "/etc"), overrides: settings
      ).parameters(for: StageInstance(parsing: "train/tiny"))
    }
    let key = "train.tiny.freeze_statistics"
    #expect(try recorded([])[key] == nil)
    #expect(try recorded(["train.tiny.freeze=[bn1]"])[key] == .bool(true))
    #expect(
      try recorded(["train.tiny.freeze=[bn1]", "train.tiny.freeze_statistics=false"])[key]
        == .bool(false))
    let idle = #expect(throws: IchorError.self) {
      try recorded(["train.tiny.freeze_statistics=false"])
    }
    #expect(idle?.code == "setting-idle")
  }

  @Test(arguments: recorded)
  func parametersStay(_ instance: String, lines: String) throws {
    let configuration = try Configuration.parse(
      Self.yaml, name: "p.yaml", folder: URL(fileURLWithPath: "/etc"))
    let parameters = try configuration.parameters(for: StageInstance(parsing: instance))
    let now = parameters.map { "\($0.key): \($0.value)" }.sorted()
    #expect(now == lines.split(separator: "\n").map(String.init))
  }
}
