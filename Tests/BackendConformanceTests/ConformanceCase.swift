import ComputeGraph
import TensorCore
import Testing

/// A graph with everything that one step of it needs.
///
/// Sources are parameters: the input is one-hot in (sample, position), so that a 1x1 convolution
/// of it outputs its weights, and its weights' gradient is the source's gradient, element by
/// element. So every gradient can be read from a network, and layouts are what a convolution
/// leaves.
struct ConformanceCase {
  var builder: GraphBuilder
  let batch: Int
  var input: [Float]
  private var values: Values
  private var sources: [String] = []
  private let plane: Int

  /// A case over sources of `[batch, ..., height, width]`.
  init(batch: Int, height: Int, width: Int, seed: Int = 1) {
    self.batch = batch
    plane = height * width
    values = Values(seed: seed)
    let channels = batch * plane
    builder = GraphBuilder(
      name: "case", input: FeatureShape(channels: channels, height: height, width: width))
    input = [Float](repeating: 0, count: batch * channels * plane)
    for sample in 0..<batch {
      for position in 0..<plane {
        input[(sample * channels + sample * plane + position) * plane + position] = 1
      }
    }
  }

  /// A case over a dense input of `[batch, channels, height, width]`.
  init(batch: Int, channels: Int, height: Int, width: Int, seed: Int = 1) {
    self.batch = batch
    plane = height * width
    values = Values(seed: seed)
    builder = GraphBuilder(
      name: "case", input: FeatureShape(channels: channels, height: height, width: width))
    input = values.signed(batch * channels * plane)
  }

  /// A value whose elements are the parameter `source<number>.weight`.
  mutating func source(_ channels: Int) -> ValueID {
    let name = "source\(sources.count)"
    sources.append(name)
    return builder.convolution(builder.input, name: name, channels: channels, kernel: 1)
  }

  /// Parameters by role: convolution weights scaled to keep the size of what flows.
  mutating func parameters(of graph: Graph) -> NamedTensors {
    var result = NamedTensors()
    for parameter in graph.parameters {
      let count = parameter.shape.elementCount
      let drawn: [Float] =
        switch parameter.role {
        case .weight where parameter.name.hasPrefix("source"):
          values.distinct(
            count, plane: plane, odd: sources.firstIndex { parameter.name.hasPrefix($0) } == 1)
        case .weight: values.signed(count)
        case .scale, .runningVariance: values.positive(count)
        case .bias, .shift, .runningMean: values.signed(count)
        }
      result[parameter.name] = HostTensor(shape: parameter.shape, values: drawn)
    }
    return result
  }

  /// Compares a backend with the reference, in training and inference, and with OpenBLAS.
  ///
  /// - Parameters:
  ///   - slack: factor on the tolerance, for chains of operations.
  ///   - modes: the modes to run.
  ///   - frozen: parameters whose normalisations have fixed statistics.
  mutating func check(
    _ backend: TestedBackend, output: ValueID, slack: Double = 1,
    modes: [Program.Mode] = [.training, .inference], frozen: Set<String> = []
  ) throws {
    let graph = builder.finish(output: output).fixingStatistics(ofFrozen: frozen)
    let parameters = parameters(of: graph)
    let seed = values.signed(batch * graph[output].elementCount)
    for mode in modes {
      let step = try NetworkStep(
        self, Program(graph, mode: mode, batch: batch), parameters, seed: seed, on: backend)
      let comparison = ReferenceComparison(
        reference: ReferenceNetwork(graph: graph, mode: mode, batch: batch, input: input),
        parameters: parameters, seed: seed, tolerance: backend.tolerance * slack)
      comparison.check(step)
      if mode == .training, backend != .openBLAS {
        let witness = try NetworkStep(
          self, Program(graph, mode: mode, batch: batch), parameters, seed: seed, on: .openBLAS)
        comparison.check(step, against: witness)
      }
    }
  }
}

/// What one step of a network left.
struct NetworkStep {
  var output: [Float]
  var gradients = NamedTensors()
  var parameters: NamedTensors

  init(
    _ data: ConformanceCase, _ program: Program, _ parameters: NamedTensors, seed: [Float],
    on backend: TestedBackend
  ) throws {
    let network = try backend.compile(program)
    try network.load(parameters)
    output = try network.forward(data.input)
    if program.mode == .training {
      try seed.withUnsafeBufferPointer { try network.backward($0, accumulate: false) }
      gradients = try network.gradients()
    }
    self.parameters = try network.parameters()
  }
}

extension CompiledNetwork {
  /// The output of a forward pass.
  func forward(_ input: [Float]) throws -> [Float] {
    let shape = program.graph[program.graph.output]
    var output = [Float](repeating: .nan, count: program.batch * shape.elementCount)
    try input.withUnsafeBufferPointer { input in
      try output.withUnsafeMutableBufferPointer { try forward(input, logits: $0) }
    }
    return output
  }
}
