import TensorCore

/// Builds a `Graph` node by node, checking shapes as it goes.
///
/// A model's code is the only caller, so a shape that does not fit is a programmer's mistake.
/// An input too small for the network is found by `InputTooSmall` before any node is malformed.
public struct GraphBuilder {
  private var graph: Graph

  /// - Parameter input: channels and size of one sample.
  public init(name: String, input: FeatureShape) {
    graph = Graph(
      name: name, values: [input], parameters: [], nodes: [], input: ValueID(index: 0),
      output: ValueID(index: 0))
  }

  public var input: ValueID { graph.input }

  public subscript(value: ValueID) -> FeatureShape { graph[value] }

  /// The finished graph, whose result is `output`.
  public func finish(output: ValueID) -> Graph {
    // `builder.finish(output: builder.linear(…))` would finish the builder of before the argument.
    precondition(output.index < graph.values.count, "\(graph.name): the output is not yet built")
    var result = graph
    result.output = output
    return result
  }

  private mutating func parameter(
    _ name: String, _ dimensions: [Int], _ role: Parameter.Role
  ) -> ParameterID {
    graph.parameters.append(Parameter(name: name, shape: Shape(dimensions), role: role))
    return ParameterID(index: graph.parameters.count - 1)
  }

  private mutating func append(
    _ name: String, _ operation: Operation, _ inputs: [ValueID],
    parameters: [ParameterID] = [], shape: FeatureShape
  ) -> ValueID {
    precondition(
      shape.channels > 0 && shape.height > 0 && shape.width > 0,
      "\(graph.name): the input is too small, nothing is left of it at \(name)")
    graph.values.append(shape)
    let output = ValueID(index: graph.values.count - 1)
    graph.nodes.append(
      Node(
        name: name, operation: operation, inputs: inputs, parameters: parameters, output: output))
    return output
  }

  /// `[C, H, W] -> [channels, H', W']`; adds `name.weight` and, with `bias`, `name.bias`.
  public mutating func convolution(
    _ source: ValueID, name: String, channels: Int, kernel: Int, stride: Int = 1,
    padding: Int = 0, groups: Int = 1, bias: Bool = false
  ) -> ValueID {
    let shape = self[source]
    precondition(
      shape.channels % groups == 0 && channels % groups == 0,
      "\(name): \(groups) groups do not divide \(shape.channels) and \(channels) channels")
    let attributes = Convolution(stride: stride, padding: padding, groups: groups, hasBias: bias)
    var parameters = [
      parameter("\(name).weight", [channels, shape.channels / groups, kernel, kernel], .weight)
    ]
    if bias { parameters.append(parameter("\(name).bias", [channels], .bias)) }
    return append(
      name, .convolution(attributes), [source], parameters: parameters,
      shape: FeatureShape(
        channels: channels,
        height: attributes.outputExtent(of: shape.height, kernel: kernel),
        width: attributes.outputExtent(of: shape.width, kernel: kernel)))
  }

  /// Shape kept; adds weight, bias, running mean and running variance under `name`.
  public mutating func batchNormalization(
    _ source: ValueID, name: String, epsilon: Float = 1e-5, momentum: Float = 0.1
  ) -> ValueID {
    let shape = self[source]
    let parameters = [
      parameter("\(name).weight", [shape.channels], .scale),
      parameter("\(name).bias", [shape.channels], .shift),
      parameter("\(name).running_mean", [shape.channels], .runningMean),
      parameter("\(name).running_var", [shape.channels], .runningVariance),
    ]
    let attributes = BatchNormalization(epsilon: epsilon, momentum: momentum)
    return append(
      name, .batchNormalization(attributes), [source], parameters: parameters, shape: shape)
  }

  public mutating func rectifier(_ source: ValueID, name: String) -> ValueID {
    append(name, .rectifier, [source], shape: self[source])
  }

  public mutating func addition(_ first: ValueID, _ second: ValueID, name: String) -> ValueID {
    precondition(
      self[first] == self[second], "\(name): \(self[first]) and \(self[second]) can't be added")
    return append(name, .addition(Addition()), [first, second], shape: self[first])
  }

  public mutating func pooling(_ source: ValueID, name: String, _ pooling: Pooling) -> ValueID {
    let shape = self[source]
    return append(
      name, .pooling(pooling), [source],
      shape: FeatureShape(
        channels: shape.channels, height: pooling.outputExtent(of: shape.height),
        width: pooling.outputExtent(of: shape.width)))
  }

  public mutating func globalAveragePooling(_ source: ValueID, name: String) -> ValueID {
    append(
      name, .globalAveragePooling, [source],
      shape: FeatureShape(channels: self[source].channels, height: 1, width: 1))
  }

  public mutating func concatenation(_ sources: [ValueID], name: String) -> ValueID {
    precondition(sources.count > 1, "\(name): one value needs no concatenation")
    let first = self[sources[0]]
    precondition(
      sources.allSatisfy { self[$0].height == first.height && self[$0].width == first.width },
      "\(name): only channels may differ in a concatenation")
    let channels = sources.reduce(0) { $0 + self[$1].channels }
    return append(
      name, .concatenation, sources,
      shape: FeatureShape(channels: channels, height: first.height, width: first.width))
  }

  public mutating func channelSlice(
    _ source: ValueID, name: String, start: Int, count: Int
  ) -> ValueID {
    let shape = self[source]
    precondition(start + count <= shape.channels, "\(name): the slice leaves the channels")
    return append(
      name, .channelSlice(ChannelSlice(start: start, count: count)), [source],
      shape: FeatureShape(channels: count, height: shape.height, width: shape.width))
  }

  /// `[C, 1, 1] -> [outputs, 1, 1]`; adds `name.weight` and `name.bias`.
  ///
  /// - Parameter asConvolution: checkpoints hold the weight as that of a 1x1 convolution,
  ///   `[outputs, C, 1, 1]`.
  public mutating func linear(
    _ source: ValueID, name: String, outputs: Int, asConvolution: Bool = false
  ) -> ValueID {
    let shape = self[source]
    precondition(shape.height == 1 && shape.width == 1, "\(name): linear follows global pooling")
    let weightDims = [outputs, shape.channels] + (asConvolution ? [1, 1] : [])
    let parameters = [
      parameter("\(name).weight", weightDims, .weight),
      parameter("\(name).bias", [outputs], .bias),
    ]
    return append(
      name, .linear, [source], parameters: parameters,
      shape: FeatureShape(channels: outputs, height: 1, width: 1))
  }
}
