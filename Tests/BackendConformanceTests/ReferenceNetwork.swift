import ComputeGraph
import TensorCore

/// A tensor `[batch, channels, height, width]` in double precision.
struct ReferenceTensor {
  let batch: Int
  let shape: FeatureShape
  var values: [Double]

  init(batch: Int, shape: FeatureShape, values: [Double]? = nil) {
    self.batch = batch
    self.shape = shape
    self.values = values ?? [Double](repeating: 0, count: batch * shape.elementCount)
  }

  var plane: Int { shape.height * shape.width }
}

/// The operations by their definitions, loop by loop, node by node, without any fusion.
///
/// Each operation's definition stands in the file of its tests.
struct ReferenceNetwork {
  let graph: Graph
  let mode: Program.Mode
  let batch: Int
  let input: [Float]

  /// The output of a forward pass, and the parameters after it (running statistics move).
  func forward(_ parameters: [[Double]]) -> (output: ReferenceTensor, parameters: [[Double]]) {
    var parameters = parameters
    var values = [ReferenceTensor?](repeating: nil, count: graph.values.count)
    values[graph.input.index] = ReferenceTensor(
      batch: batch, shape: graph[graph.input], values: input.map { Double($0) })
    for node in graph.nodes {
      let sources = node.inputs.compactMap { values[$0.index] }
      let shape = graph[node.output]
      let own = node.parameters.map { parameters[$0.index] }
      switch node.operation {
      case .convolution(let attributes):
        values[node.output.index] = Reference.convolution(
          sources[0], weights: own[0], bias: attributes.hasBias ? own[1] : nil,
          kernel: graph[node.parameters[0]].shape.dims[2], attributes, shape)
      case .batchNormalization(let attributes):
        var statistics = (mean: own[2], variance: own[3])
        values[node.output.index] = Reference.batchNormalization(
          sources[0], scale: own[0], shift: own[1], &statistics, attributes,
          attributes.hasFixedStatistics ? .inference : mode)
        parameters[node.parameters[2].index] = statistics.mean
        parameters[node.parameters[3].index] = statistics.variance
      case .rectifier: values[node.output.index] = Reference.rectifier(sources[0])
      case .addition: values[node.output.index] = Reference.addition(sources[0], sources[1])
      case .pooling(let pooling):
        values[node.output.index] = Reference.pooling(sources[0], pooling, shape)
      case .globalAveragePooling:
        values[node.output.index] = Reference.globalAveragePooling(sources[0])
      case .concatenation: values[node.output.index] = Reference.concatenation(sources, shape)
      case .channelSlice(let slice):
        values[node.output.index] = Reference.channelSlice(sources[0], slice)
      case .linear:
        values[node.output.index] = Reference.linear(
          sources[0], weights: own[0], bias: own[1], shape)
      }
    }
    return (
      values[graph.output.index] ?? ReferenceTensor(batch: 0, shape: graph[graph.output]),
      parameters
    )
  }

  /// The derivative of `sum seed * output` as one parameter moves along `direction`, by central
  /// differences. Their error, of the order of the step squared, is far below what is compared, and
  /// hardly any value lies so close to ReLU's corner that the step crosses it.
  func derivative(
    _ parameters: [[Double]], of parameter: Int, along direction: [Double], seed: [Float]
  ) -> Double {
    let step = 1e-6
    func loss(_ sign: Double) -> Double {
      var moved = parameters
      for index in direction.indices { moved[parameter][index] += sign * step * direction[index] }
      let output = forward(moved).output.values
      return zip(seed, output).reduce(0.0) { $0 + Double($1.0) * $1.1 }
    }
    return (loss(1) - loss(-1)) / (2 * step)
  }
}

/// Namespace of the definitions.
enum Reference {}
