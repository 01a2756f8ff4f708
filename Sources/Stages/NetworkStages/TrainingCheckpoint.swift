import Checkpoints
import ComputeGraph
import Diagnostics
import Foundation
import PipelineContract
import TensorCore
import Training

/// A `TrainingState` as a safetensors file.
///
/// Parameters stand under timm's names, so the file loads there too; the optimiser's running
/// sums under `optimizer.<slot>.<name>`, the average under `average.<name>`; the rest is metadata,
/// floating-point numbers as their bits.
enum TrainingCheckpoint {
  private static let optimizerPrefix = "optimizer."
  private static let averagePrefix = "average."

  /// Weights alone: what prediction and other programs load.
  static func writeWeights(_ parameters: NamedTensors, steps: Int, to file: URL) throws {
    try SafeTensors.write(withBatchCounts(parameters, steps: steps), to: file)
  }

  static func readWeights(_ file: URL, for graph: Graph) throws -> NamedTensors {
    let parameters = try SafeTensors.read(file).tensors
    try parameters.requireMatch(graph.stateShapes, file: file)
    return parameters
  }

  /// Removes what kills have left of checkpoints that they interrupted.
  static func removeUnfinished(in folder: URL) throws {
    let beginnings = [ArtifactLayout.Train.last, ArtifactLayout.Train.best].map { ".\($0)." }
    for name in try FileManager.default.contentsOfDirectory(
      atPath: folder.path(percentEncoded: false))
    where beginnings.contains(where: name.hasPrefix) {
      try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
  }

  static func write(_ state: TrainingState, steps: Int, to file: URL) throws {
    var tensors = withBatchCounts(state.parameters, steps: steps)
    for (name, tensor) in state.optimizer { tensors[optimizerPrefix + name] = tensor }
    for (name, tensor) in state.average { tensors[averagePrefix + name] = tensor }
    var metadata = [
      "epoch": String(state.epoch), "step": String(state.step), "phase": String(state.phase),
      "loss_sum": text(state.lossSum),
    ]
    // Sorted: the same state makes the same bytes.
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    metadata["watchdog"] = String(decoding: try encoder.encode(state.watchdog), as: UTF8.self)
    metadata["best_score"] = state.bestScore.map(text)
    if let schedule = state.schedule {
      metadata["schedule_rate"] = text(schedule.rate)
      metadata["schedule_best"] = schedule.best.map(text)
      metadata["schedule_wait"] = String(schedule.wait)
      metadata["schedule_cooldown"] = String(schedule.cooldown)
    }
    try SafeTensors.write(tensors, metadata: metadata, to: file)
  }

  static func read(_ file: URL, for graph: Graph) throws -> TrainingState {
    let content = try SafeTensors.read(file)
    var parameters = NamedTensors()
    var optimizer = NamedTensors()
    var average = NamedTensors()
    for (name, tensor) in content.tensors {
      if name.hasPrefix(optimizerPrefix) {
        optimizer[String(name.dropFirst(optimizerPrefix.count))] = tensor
      } else if name.hasPrefix(averagePrefix) {
        average[String(name.dropFirst(averagePrefix.count))] = tensor
      } else {
        parameters[name] = tensor
      }
    }
    try parameters.requireMatch(graph.stateShapes, file: file)
    if optimizer.count > 0 {
      try optimizer.requireMatch(graph.optimizerShapes(optimizer.slots), file: file)
    }
    if average.count > 0 {
      try average.requireMatch(
        graph.parameters.map { (name: $0.name, shape: $0.shape) }, file: file)
    }
    guard let epoch = content.metadata["epoch"].flatMap({ Int($0) }), epoch >= 0,
      let step = content.metadata["step"].flatMap({ Int($0) }), step >= 0,
      let phase = content.metadata["phase"].flatMap({ Int($0) }), phase >= 0,
      let lossSum = content.metadata["loss_sum"].flatMap(double),
      let watchdog = content.metadata["watchdog"].flatMap({
        try? JSONDecoder().decode(Watchdog.State.self, from: Data($0.utf8))
      })
    else {
      throw IchorError(
        .badData, code: "checkpoint-position", "the checkpoint does not say where it stands",
        remedy: "run the stage with --force to begin anew", at: file.path(percentEncoded: false))
    }
    return TrainingState(
      parameters: parameters, optimizer: optimizer, average: average, epoch: epoch, step: step,
      phase: phase, lossSum: lossSum, schedule: schedule(content.metadata), watchdog: watchdog,
      bestScore: content.metadata["best_score"].flatMap(double))
  }

  private static func schedule(_ metadata: [String: String]) -> PlateauSchedule.Progress? {
    guard let rate = metadata["schedule_rate"].flatMap(double),
      let wait = metadata["schedule_wait"].flatMap({ Int($0) }),
      let cooldown = metadata["schedule_cooldown"].flatMap({ Int($0) })
    else { return nil }
    return PlateauSchedule.Progress(
      rate: rate, best: metadata["schedule_best"].flatMap(double), wait: wait, cooldown: cooldown)
  }

  private static func text(_ value: Double) -> String { String(value.bitPattern, radix: 16) }

  private static func double(_ bits: String) -> Double? {
    UInt64(bits, radix: 16).map { Double(bitPattern: $0) }
  }

  /// With PyTorch's counters of batches, which `load_state_dict` asks for.
  private static func withBatchCounts(_ parameters: NamedTensors, steps: Int) -> NamedTensors {
    var result = NamedTensors()
    for (name, tensor) in parameters {
      result[name] = tensor
      if name.hasSuffix(".running_var") {
        let counter = name.dropLast("running_var".count) + "num_batches_tracked"
        result[String(counter)] = HostTensor(scalar: Float(steps))
      }
    }
    return result
  }
}
