import ComputeGraph
import TensorCore
import Testing

extension BackendConformance {
  /// A small network with every operation, trained for some steps.
  @Suite struct DeterminismTests {
    private struct Run {
      var outputs: [[Float]] = []
      let parameters: NamedTensors

      init(_ backend: TestedBackend) throws {
        var data = ConformanceCase(batch: 5, channels: 1, height: 17, width: 15)
        let output = data.network()
        let graph = data.builder.finish(output: output)
        let network = try backend.compile(Program(graph, mode: .training, batch: 5))
        try network.load(data.parameters(of: graph))
        for _ in 0..<2 {
          outputs.append(try network.forward(data.input))
          let seed = outputs.last?.map { $0 / 30 } ?? []
          try seed.withUnsafeBufferPointer { try network.backward($0, accumulate: false) }
          try network.update(
            UpdateRule(
              .sgd(nesterov: true), rate: 0.01, momentum: 0.9, decay: 1e-4,
              decaysWeightsOnly: true))
        }
        parameters = try network.parameters()
      }
    }

    /// Bit for bit, though threads share the work.
    @Test(arguments: TestedBackend.all)
    func sameStepsGiveSameWeights(backend: TestedBackend) throws {
      let (first, second) = (try Run(backend), try Run(backend))
      #expect(first.outputs == second.outputs)
      #expect(first.parameters == second.parameters)
      #expect(first.outputs[0] != first.outputs[1])
    }
  }
}

extension ConformanceCase {
  fileprivate mutating func network() -> ValueID {
    let stem = builder.convolution(
      builder.input, name: "stem", channels: 24, kernel: 7, stride: 2, padding: 3)
    let active = builder.rectifier(
      builder.batchNormalization(stem, name: "stem.bn"), name: "stem.relu")
    let pooled = builder.pooling(
      active, name: "pool", Pooling(.maximum, kernel: 3, stride: 1, padding: 1))
    let grouped = builder.convolution(
      pooled, name: "grouped", channels: 48, kernel: 3, padding: 1, groups: 8)
    let first = builder.channelSlice(grouped, name: "first", start: 0, count: 24)
    let second = builder.channelSlice(grouped, name: "second", start: 24, count: 24)
    let sum = builder.rectifier(builder.addition(first, pooled, name: "sum"), name: "sum.relu")
    let joined = builder.concatenation([sum, second], name: "join")
    let halved = builder.pooling(
      joined, name: "halve", Pooling(.average, kernel: 2, stride: 2))
    let last = builder.rectifier(
      builder.batchNormalization(halved, name: "last.bn"), name: "last.relu")
    let features = builder.globalAveragePooling(last, name: "features")
    return builder.linear(features, name: "fc", outputs: 6)
  }
}
