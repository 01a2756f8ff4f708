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
}

extension NamedTensors {
  /// A parameter's values.
  ///
  /// - Precondition: they are there and of its shape.
  public func required(_ parameter: Parameter) -> [Float] {
    guard let tensor = self[parameter.name], tensor.shape == parameter.shape else {
      preconditionFailure("\(parameter.name) \(parameter.shape) was not checked before loading")
    }
    return tensor.values
  }
}
