import ComputeGraph
import TensorCore
import Testing

extension BackendConformance {
  /// What the training loop does with a network beside running it.
  @Suite struct ParameterExchangeTests {
    private struct Fixture {
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

    /// Three steps by the rule's formula in double precision, from the gradients that the network
    /// itself reports.
    @Test(
      arguments: TestedBackend.all, [(false, false), (false, true), (true, false), (true, true)])
    func stochasticGradientDescent(
      backend: TestedBackend, flags: (nesterov: Bool, decaysWeightsOnly: Bool)
    ) throws {
      let (nesterov, decaysWeightsOnly) = flags
      let fixture = try Fixture(backend)
      let (rate, momentum, decay) = (0.125, 0.75, 0.25)
      let rule = UpdateRule.sgd(
        rate: Float(rate), momentum: Float(momentum), nesterov: nesterov, decay: Float(decay),
        decaysWeightsOnly: decaysWeightsOnly)
      var velocity: [String: [Double]] = [:]
      for _ in 0..<3 {
        try fixture.step()
        let before = try fixture.network.parameters()
        let gradients = try fixture.network.gradients()
        try fixture.network.update(rule)
        let after = try fixture.network.parameters()
        for parameter in fixture.network.program.graph.parameters where parameter.isTrainable {
          let decays = !decaysWeightsOnly || parameter.role == .weight
          let weights = try #require(before[parameter.name]).values
          let gradient = try #require(gradients[parameter.name]).values
          let found = try #require(after[parameter.name]).values
          var moved = velocity[parameter.name] ?? Array(repeating: 0, count: weights.count)
          for index in weights.indices {
            let slope = Double(gradient[index]) + (decays ? decay : 0) * Double(weights[index])
            moved[index] = momentum * moved[index] + slope
            let change = nesterov ? slope + momentum * moved[index] : moved[index]
            let expected = Double(weights[index]) - rate * change
            // One rounding of the result and a few of the terms.
            let allowed = 4e-7 * (abs(expected) + rate * abs(change) + 1)
            if !(abs(Double(found[index]) - expected) <= allowed) {
              Issue.record("\(parameter.name)[\(index)]: \(found[index]), expected \(expected)")
            }
          }
          velocity[parameter.name] = moved
        }
      }
    }

    /// A network that takes over parameters and optimiser state goes on as the first would.
    @Test(arguments: TestedBackend.all)
    func resumingIsExact(backend: TestedBackend) throws {
      let rule = UpdateRule.sgd(
        rate: 0.1, momentum: 0.9, nesterov: true, decay: 1e-4, decaysWeightsOnly: true)
      let (first, second) = (try Fixture(backend), try Fixture(backend))
      for _ in 0..<2 {
        try first.step()
        try first.network.update(rule)
      }
      try second.network.load(try first.network.parameters())
      try second.network.loadOptimizerState(try first.network.optimizerState())
      for fixture in [first, second] {
        try fixture.step()
        try fixture.network.update(rule)
      }
      #expect(try first.network.parameters() == second.network.parameters())
      #expect(try first.network.optimizerState() == second.network.optimizerState())
    }

    @Test(arguments: TestedBackend.all)
    func profileCountsEveryKind(backend: TestedBackend) throws {
      let fixture = try Fixture(backend)
      try fixture.step()
      #expect(fixture.network.takeProfile().isEmpty)
      fixture.network.profiles = true
      try fixture.step()
      let kinds = fixture.network.takeProfile().map(\.kind)
      #expect(kinds.contains("convolution forward") && kinds.contains("linear"))
      #expect(fixture.network.takeProfile().isEmpty)
    }
  }
}
