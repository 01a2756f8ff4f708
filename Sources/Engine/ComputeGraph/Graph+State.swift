import TensorCore

extension Graph {
  /// Name and shape of every entry of the model's state dict as PyTorch has it: the parameters and
  /// statistics, and for each batch normalisation the scalar `num_batches_tracked`.
  public var stateShapes: [(name: String, shape: Shape)] {
    parameters.flatMap { parameter -> [(name: String, shape: Shape)] in
      let entry = (name: parameter.name, shape: parameter.shape)
      guard parameter.role == .runningVariance else { return [entry] }
      let name = parameter.name.dropLast("running_var".count) + "num_batches_tracked"
      return [entry, (name: String(name), shape: Shape([]))]
    }
  }

  /// Name and shape of every tensor of an optimiser's state that keeps `slots`.
  public func optimizerShapes(_ slots: [UpdateRule.Slot]) -> [(name: String, shape: Shape)] {
    slots.flatMap { slot in
      parameters.filter(\.isTrainable).map {
        (name: slot.name(of: $0.name), shape: $0.shape)
      }
    }
  }
}

extension NamedTensors {
  /// A parameter's values.
  ///
  /// - Precondition: the tensor is present and has the parameter's shape.
  package func required(_ parameter: Parameter) -> [Float] {
    guard let tensor = self[parameter.name], tensor.shape == parameter.shape else {
      preconditionFailure("\(parameter.name) \(parameter.shape) was not checked before loading")
    }
    return tensor.values
  }

  /// The running sums found in an optimiser's state, whose names are `<slot>.<parameter>`.
  public var slots: [UpdateRule.Slot] {
    UpdateRule.Slot.allCases.filter { slot in
      names.contains { $0.hasPrefix(slot.prefix) }
    }
  }

  /// A parameter's running sum.
  ///
  /// - Precondition: the running sum is present and has the parameter's shape.
  package func required(_ parameter: Parameter, of slot: UpdateRule.Slot) -> [Float] {
    let name = slot.name(of: parameter.name)
    guard let tensor = self[name], tensor.shape == parameter.shape else {
      preconditionFailure("\(name) \(parameter.shape) was not checked before loading")
    }
    return tensor.values
  }
}
