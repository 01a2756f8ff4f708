import ComputeGraph
import Diagnostics
import TensorCore
import Training
import Vocabulary

/// Runs a model once or a few times on one batch and hands out what it computed.
package struct NetworkProbe {
  private let file: ProbeFile
  private let backend: any Backend
  private let precision: Precision

  package init(_ file: ProbeFile, backend: any Backend, precision: Precision) {
    self.file = file
    self.backend = backend
    self.precision = precision
  }

  private func compile(_ mode: Program.Mode) throws -> any CompiledNetwork {
    let network = try backend.compile(
      Program(file.graph, mode: mode, batch: file.batch), precision: precision)
    try network.load(file.weights)
    return network
  }

  private var classes: Int { file.graph[file.graph.output].channels }

  /// `logits` of an inference pass.
  ///
  /// - Throws: `configuration` where the memory isn't available; `internalFault` where the
  ///   backend's library fails.
  package func forward() throws -> NamedTensors {
    let network = try compile(.inference)
    var logits = [Float](repeating: 0, count: file.batch * classes)
    try file.input.values.withUnsafeBufferPointer { input in
      try logits.withUnsafeMutableBufferPointer { try network.forward(input, logits: $0) }
    }
    return ["logits": tensor(logits)]
  }

  /// `loss`, `logits`, `grad.<parameter>` and `buffer.<statistic>` of one training pass.
  ///
  /// - Throws: as `forward()`; `badData` where there are no targets or the loss is not finite.
  package func gradients() throws -> NamedTensors {
    let network = try compile(.training)
    var step = TrainingStep(network: network, loss: loss)
    let value = try run(&step, targets: try targets())
    var result: NamedTensors = ["loss": HostTensor(scalar: Float(value))]
    result["logits"] = tensor(step.logits)
    for (name, gradient) in try network.gradients() { result["grad.\(name)"] = gradient }
    let parameters = try network.parameters()
    for parameter in file.graph.parameters where !parameter.isTrainable {
      result["buffer.\(parameter.name)"] = parameters[parameter.name]
    }
    return result
  }

  /// `losses` of `count` optimiser steps on the batch, and the parameters after them.
  ///
  /// - Throws: as `gradients()`.
  package func steps(_ count: Int, rule: UpdateRule, clipNorm: Double? = nil) throws
    -> NamedTensors
  {
    let network = try compile(.training)
    var step = TrainingStep(network: network, loss: loss)
    let targets = try targets()
    var losses: [Float] = []
    for _ in 0..<count {
      let value = try run(&step, targets: targets)
      losses.append(Float(value))
      if let clipNorm { try GradientClipping.clip(network, to: clipNorm) }
      try network.update(rule)
    }
    var result: NamedTensors = ["losses": HostTensor(shape: Shape([count]), values: losses)]
    for (name, parameter) in try network.parameters() { result[name] = parameter }
    return result
  }

  private func run(_ step: inout TrainingStep, targets: [Float]) throws -> Double {
    do {
      return try file.input.values.withUnsafeBufferPointer {
        try step.run(input: $0, targets: targets)
      }
    } catch let fault as TrainingStep.LossNotFinite {
      throw fault.asIchorError
    }
  }

  private func tensor(_ logits: [Float]) -> HostTensor {
    HostTensor(shape: Shape([file.batch, classes]), values: logits)
  }

  private var loss: WeightedBinaryCrossEntropy {
    let weights = file.classWeights?.values.map(Double.init)
    return WeightedBinaryCrossEntropy(
      classWeights: weights ?? [Double](repeating: 1, count: classes))
  }

  private func targets() throws -> [Float] {
    guard let targets = file.targets else {
      throw IchorError(
        .badData, code: "targets-missing", "The input file has no tensor “targets”",
        remedy: "Store [N, classes] under the name targets.")
    }
    return targets.values
  }
}
