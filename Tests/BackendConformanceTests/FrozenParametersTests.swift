import ComputeGraph
import Testing

extension BackendConformance {
  /// Programs that leave out the backward steps before the first parameter that is trained.
  @Suite struct FrozenParametersTests {
    /// A frozen front whose values are cut, added, joined and read by what is trained.
    private func graph() -> (data: ConformanceCase, graph: Graph) {
      var data = ConformanceCase(batch: 2, channels: 3, height: 6, width: 6)
      func block(_ value: ValueID, _ name: String, _ channels: Int) -> ValueID {
        let filtered = data.builder.convolution(
          value, name: "\(name).conv", channels: channels, kernel: 3, padding: 1)
        let normalized = data.builder.batchNormalization(filtered, name: "\(name).bn")
        return data.builder.rectifier(normalized, name: "\(name).relu")
      }
      let front = block(block(data.builder.input, "frozen0", 16), "frozen1", 32)
      let pooled = data.builder.pooling(
        front, name: "pool", Pooling(.maximum, kernel: 2, stride: 2))
      let first = data.builder.channelSlice(pooled, name: "first", start: 0, count: 16)
      let second = data.builder.channelSlice(pooled, name: "second", start: 16, count: 16)
      let trained = block(first, "trained0", 16)
      let sum = data.builder.rectifier(
        data.builder.addition(trained, second, name: "sum"), name: "relu")
      let joined = data.builder.concatenation([sum, first], name: "join")
      let last = data.builder.globalAveragePooling(block(joined, "trained1", 16), name: "mean")
      let output = data.builder.linear(last, name: "fc", outputs: 4)
      let graph = data.builder.finish(output: output)
      return (data, graph)
    }

    @Test(arguments: TestedBackend.all, [false, true])
    func gradientsOfTheOthersAreTheSame(backend: TestedBackend, fixesStatistics: Bool) throws {
      var (data, graph) = graph()
      let frozen = Set(graph.parameters.map(\.name).filter { $0.hasPrefix("frozen") })
      if fixesStatistics { graph = graph.fixingStatistics(ofFrozen: frozen) }
      let parameters = data.parameters(of: graph)
      let seed = (0..<8).map { Float($0 % 3) - 0.75 }
      func step(_ frozen: Set<String>) throws -> (NetworkStep, steps: Int) {
        let program = Program(graph, mode: .training, batch: 2, frozen: frozen)
        return (
          try NetworkStep(data, program, parameters, seed: seed, on: backend), program.steps.count
        )
      }
      let (whole, part) = (try step([]), try step(frozen))
      // Two convolutions, two normalisations, a maximum, and the parts of its gradient.
      #expect(part.steps <= whole.steps - 5)
      #expect(part.0.output == whole.0.output)
      for (name, gradient) in whole.0.gradients {
        if frozen.contains(name) {
          #expect(part.0.gradients[name]?.values.allSatisfy { $0 == 0 } == true, "\(name)")
          #expect(gradient.values.contains { $0 != 0 }, "\(name)")
        } else {
          #expect(part.0.gradients[name] == gradient, "\(name)")
        }
      }
      for (name, tensor) in whole.0.parameters { #expect(part.0.parameters[name] == tensor) }
    }
  }
}
