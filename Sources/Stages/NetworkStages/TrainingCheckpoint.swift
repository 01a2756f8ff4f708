import Checkpoints
import ComputeGraph
import Diagnostics
import Foundation
import PipelineContract
import TensorCore
import Training
import Vocabulary

/// A `TrainingState` as a safetensors file.
///
/// Parameters have timm's names, so the file loads there too; the optimiser's running sums are
/// under `optimizer.<slot>.<name>`, the average under `average.<name>`. The position is the
/// metadata.
enum TrainingCheckpoint {
  private static let optimizerPrefix = "optimizer."
  private static let averagePrefix = "average."

  /// Weights alone: what prediction and other programs load.
  static func writeWeights(_ parameters: NamedTensors, steps: Int, to file: URL) throws {
    try SafeTensors.write(
      withBatchCounts(parameters, steps: steps), to: file, isChecked: true)
  }

  /// - Parameter precision: the format that the network computes with.
  /// - Throws: `IchorError(.badData)` where the file is damaged or its tensors are not a network's.
  static func readWeights(
    _ file: URL, for graph: Graph, precision: Precision = .f32
  ) throws -> NamedTensors {
    let parameters = try SafeTensors.read(file).tensors
    try NetworkWeights.require(parameters, for: graph, file: file, precision: precision)
    return parameters
  }

  /// Removes what is left of checkpoints that were being written when the process was killed.
  static func removeUnfinished(in folder: URL) throws {
    let beginnings = [ArtifactLayout.Train.last, ArtifactLayout.Train.best].map { ".\($0)." }
    for name in try FileManager.default.contentsOfDirectory(
      atPath: folder.path(percentEncoded: false))
    where beginnings.contains(where: name.hasPrefix) {
      try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
  }

  static func write(_ state: TrainingState, stepsPerEpoch: Int, to file: URL) throws {
    let position = state.position
    var tensors = withBatchCounts(
      state.parameters, steps: position.epoch * stepsPerEpoch + position.step)
    for (name, tensor) in state.optimizer { tensors[optimizerPrefix + name] = tensor }
    for (name, tensor) in state.average { tensors[averagePrefix + name] = tensor }
    let metadata = try JSONDecoder().decode(
      [String: String].self, from: JSONEncoder().encode(position))
    try SafeTensors.write(tensors, metadata: metadata, to: file, isChecked: true)
  }

  /// - Throws: `IchorError(.badData)` where the file is damaged, a tensor does not fit the graph or is
  ///   not finite, or the position is missing.
  static func read(_ file: URL, for graph: Graph) throws -> TrainingState {
    let content = try SafeTensors.read(file)
    // The average and the optimiser's running sums become weights as well.
    try content.tensors.requireFinite(
      variances: graph.parameters.filter { $0.role == .runningVariance }
        .flatMap { [$0.name, averagePrefix + $0.name] },
      file: file)
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
    try NetworkWeights.require(parameters, for: graph, file: file)
    if optimizer.count > 0 {
      try optimizer.requireMatch(graph.optimizerShapes(optimizer.slots), file: file)
    }
    if average.count > 0 {
      try average.requireMatch(
        graph.parameters.map { (name: $0.name, shape: $0.shape) }, file: file)
    }
    return TrainingState(
      parameters: parameters, optimizer: optimizer, average: average,
      position: try position(content.metadata, file))
  }

  /// Whether a file is a checkpoint to go on from, not the weights alone.
  static func holdsTraining(_ content: SafeTensorsFile) -> Bool {
    content.tensors.names.contains {
      $0.hasPrefix(optimizerPrefix) || $0.hasPrefix(averagePrefix)
    } || (try? position(content.metadata, URL(filePath: "/"))) != nil
  }

  private static func position(_ metadata: [String: String], _ file: URL) throws
    -> TrainingPosition
  {
    do {
      return try JSONDecoder().decode(
        TrainingPosition.self, from: JSONEncoder().encode(metadata))
    } catch {
      throw IchorError(
        .badData, code: "checkpoint-position", "The checkpoint does not say where it stands",
        remedy: "Run the stage with --force to begin anew.", at: file.path(percentEncoded: false),
        cause: error)
    }
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
