import ComputeGraph

/// Values, gradients and parameters by their numbers in the program.
extension OneDNNLowering {
  func dims(of shape: FeatureShape) -> [Int] {
    [program.batch, shape.channels, shape.height, shape.width]
  }

  /// A value's extents with the layout left open.
  func open(_ value: ValueID) throws -> Descriptor {
    try Descriptor(dims(of: graph[value]), element, .any)
  }

  func value(_ id: ValueID) throws -> Tensor {
    guard let tensor = values[id.index] else {
      preconditionFailure("value \(id.index) is read before it is written")
    }
    return tensor
  }

  func gradient(_ id: GradientID) throws -> Tensor {
    guard let tensor = gradients[id.index] else {
      preconditionFailure("gradient \(id.index) is read before it is written")
    }
    return tensor
  }

  /// The place of a parameter; its layout is fixed by the first call.
  func parameter(_ id: ParameterID, layout: @autoclosure () throws -> Descriptor) rethrows
    -> Tensor
  {
    if let tensor = parameters[id.index] { return tensor }
    let parameter = graph[id]
    let descriptor = try layout()
    let tensor = allocate(parameter.isTrainable ? .parameters : .statistics, descriptor)
    parameters[id.index] = tensor
    if isTraining, parameter.isTrainable {
      parameterGradients[id.index] = allocate(.gradients, descriptor)
    }
    return tensor
  }

  func parameterGradient(_ id: ParameterID) -> Tensor {
    guard let tensor = parameterGradients[id.index] else {
      preconditionFailure("\(graph[id].name) has no gradient")
    }
    return tensor
  }

  /// A channel-wise parameter, `[channels]`.
  func channelParameter(_ id: ParameterID) throws -> Tensor {
    try parameter(id, layout: try Descriptor(graph[id].shape.dims, .f32, .a))
  }
}
