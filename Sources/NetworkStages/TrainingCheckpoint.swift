import Checkpoints
import ComputeGraph
import Diagnostics
import Foundation
import TensorCore
import Training

/// A `TrainingState` as a safetensors file.
///
/// Parameters stand under timm's names, so the file loads there too; velocities under
/// `optimizer.velocity.<name>`; the rest is metadata, floating-point numbers as their bits.
enum TrainingCheckpoint {
  private static let velocity = "optimizer.velocity."

  /// Weights alone: what prediction and other programs load.
  static func writeWeights(_ parameters: NamedTensors, steps: Int, to file: URL) throws {
    try SafeTensors.write(withBatchCounts(parameters, steps: steps), to: file)
  }

  static func write(_ state: TrainingState, steps: Int, to file: URL) throws {
    var tensors = withBatchCounts(state.parameters, steps: steps)
    for (name, tensor) in state.optimizer { tensors[velocity + name] = tensor }
    var metadata = [
      "epoch": String(state.epoch), "step": String(state.step),
      "loss_sum": String(state.lossSum.bitPattern, radix: 16),
    ]
    metadata["best_loss"] = state.bestLoss.map { String($0.bitPattern, radix: 16) }
    try SafeTensors.write(tensors, metadata: metadata, to: file)
  }

  static func read(_ file: URL, for graph: Graph) throws -> TrainingState {
    let content = try SafeTensors.read(file)
    var parameters = NamedTensors()
    var optimizer = NamedTensors()
    for (name, tensor) in content.tensors {
      if name.hasPrefix(velocity) {
        optimizer[String(name.dropFirst(velocity.count))] = tensor
      } else {
        parameters[name] = tensor
      }
    }
    try parameters.requireMatch(graph.stateShapes, file: file)
    if optimizer.count > 0 {
      let trained = graph.parameters.filter(\.isTrainable).map { ($0.name, $0.shape) }
      try optimizer.requireMatch(trained.map { (name: $0.0, shape: $0.1) }, file: file)
    }
    guard let epoch = content.metadata["epoch"].flatMap({ Int($0) }), epoch >= 0,
      let step = content.metadata["step"].flatMap({ Int($0) }), step >= 0,
      let lossSum = content.metadata["loss_sum"].flatMap(double)
    else {
      throw IchorError(
        .badData, code: "checkpoint-position", "the checkpoint does not say where it stands",
        remedy: "run the stage with --force to begin anew", at: file.path(percentEncoded: false))
    }
    return TrainingState(
      parameters: parameters, optimizer: optimizer, epoch: epoch, step: step, lossSum: lossSum,
      bestLoss: content.metadata["best_loss"].flatMap(double))
  }

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
