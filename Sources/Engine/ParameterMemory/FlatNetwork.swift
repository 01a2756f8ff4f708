import ComputeGraph
import TensorCore

/// A network that keeps its trained parameters in flat blocks, so that what concerns all of them at
/// once is the same code for every backend.
package protocol FlatNetwork: CompiledNetwork {
  var memory: NetworkMemory { get }
  var flat: FlatParameters { get }
  /// Whether parameters have changed since the last forward pass.
  var mustPrepare: Bool { get set }

  /// A parameter's values, row-major.
  ///
  /// - Parameter block: where to read instead of the parameter's place, in the same layout.
  /// - Throws: `internalFault` where the backend's library fails.
  func read(_ parameter: Int, in block: FlatParameters.Block?) throws -> [Float]
  /// Replaces a parameter's values with others, given row-major.
  ///
  /// - Throws: `internalFault` where the backend's library fails.
  func write(_ values: [Float], to parameter: Int, in block: FlatParameters.Block?) throws
}

extension FlatNetwork {
  package var memoryBytes: Int { memory.bytes }

  package var frozen: Set<String> {
    get { flat.frozen }
    set { flat.frozen = newValue }
  }

  /// - Throws: nothing.
  package func gradientNorm(of names: Set<String>?) throws -> Double {
    flat.gradientNorm(of: names)
  }

  /// - Throws: nothing.
  package func scaleGradients(by factor: Float) throws { flat.scaleGradients(by: factor) }

  // MARK: Exchange

  /// - Throws: as `write(_:to:in:)`.
  package func load(_ parameters: NamedTensors) throws {
    for (index, parameter) in program.graph.parameters.enumerated() {
      try write(parameters.required(parameter), to: index, in: nil)
    }
    mustPrepare = true
  }

  /// - Throws: as `read(_:in:)`.
  package func parameters() throws -> NamedTensors { try export(from: nil) { _ in true } }

  /// - Throws: as `read(_:in:)`.
  package func gradients() throws -> NamedTensors {
    precondition(program.mode == .training, "only a training program has gradients")
    return try export(from: flat.gradients, where: \.isTrainable)
  }

  /// - Throws: as `read(_:in:)`.
  package func optimizerState() throws -> NamedTensors {
    var result = NamedTensors()
    for slot in flat.slots {
      for (name, tensor) in try export(from: flat.block(slot), where: \.isTrainable) {
        result[slot.name(of: name)] = tensor
      }
    }
    return result
  }

  /// - Throws: as `write(_:to:in:)`.
  package func loadOptimizerState(_ state: NamedTensors) throws {
    flat.discardState()
    for slot in state.slots {
      let block = flat.block(slot)
      for (index, parameter) in program.graph.parameters.enumerated()
      where parameter.isTrainable {
        try write(state.required(parameter, of: slot), to: index, in: block)
      }
    }
  }

  private func export(
    from block: FlatParameters.Block?, where include: (Parameter) -> Bool
  ) throws -> NamedTensors {
    var result = NamedTensors()
    for (index, parameter) in program.graph.parameters.enumerated() where include(parameter) {
      result[parameter.name] = HostTensor(
        shape: parameter.shape, values: try read(index, in: block))
    }
    return result
  }
}
