import ComputeGraph
import TensorCore
import Testing

extension BackendConformance {
  /// What the training loop does with a network beside running it.
  @Suite struct ParameterExchangeTests {
    struct Fixture {
      let data: ConformanceCase
      let network: any CompiledNetwork
      let parameters: NamedTensors
      let seed: [Float]

      init(_ backend: TestedBackend) throws {
        var data = ConformanceCase(batch: 3, height: 3, width: 5)
        let filtered = data.builder.convolution(
          data.source(24), name: "conv", channels: 40, kernel: 3, padding: 1, bias: true)
        let normalized = data.builder.batchNormalization(filtered, name: "bn")
        let active = data.builder.rectifier(normalized, name: "relu")
        let pooled = data.builder.globalAveragePooling(active, name: "pool")
        let output = data.builder.linear(pooled, name: "fc", outputs: 6)
        let graph = data.builder.finish(output: output)
        parameters = data.parameters(of: graph)
        network = try backend.compile(Program(graph, mode: .training, batch: 3))
        try network.load(parameters)
        var values = Values(seed: 3)
        seed = values.signed(18)
        self.data = data
      }

      func step(accumulate: Bool = false) throws {
        _ = try network.forward(data.input)
        try seed.withUnsafeBufferPointer {
          try network.backward($0, accumulate: accumulate)
        }
      }
    }

    @Test(arguments: TestedBackend.all)
    func loadedParametersComeBack(backend: TestedBackend) throws {
      let fixture = try Fixture(backend)
      #expect(try fixture.network.parameters() == fixture.parameters)
      #expect(try fixture.network.optimizerState().isEmpty)
      #expect(fixture.network.memoryBytes > 0)
    }

    @Test(arguments: TestedBackend.all)
    func accumulationDoublesTheGradient(backend: TestedBackend) throws {
      let fixture = try Fixture(backend)
      try fixture.step()
      let once = try fixture.network.gradients()
      try fixture.step(accumulate: true)
      for (name, gradient) in try fixture.network.gradients() {
        #expect(gradient.values == once[name]?.values.map { $0 * 2 }, "\(name)")
      }
      try fixture.step()
      #expect(try fixture.network.gradients() == once)
    }

    @Test(arguments: TestedBackend.all)
    func profileCountsEveryKind(backend: TestedBackend) throws {
      let fixture = try Fixture(backend)
      try fixture.step()
      #expect(fixture.network.takeProfile().isEmpty)
      fixture.network.profiles = true
      try fixture.step()
      let profile = fixture.network.takeProfile()
      let kinds = profile.secondsByKind
      #expect(kinds["convolution forward"] != nil && kinds["linear"] != nil)
      #expect(profile.seconds.keys.contains { $0.kind == "convolution forward" && $0.node != "" })
      #expect(fixture.network.takeProfile().isEmpty)
    }
  }
}
