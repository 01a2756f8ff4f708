import ComputeGraph
import TensorCore
import Testing

extension BackendConformance {
  /// Updates, clipping and freezing on whole networks. The rules themselves are compared
  /// with PyTorch and Keras in TrainingTests; here every backend has to reach every parameter with
  /// them.
  @Suite struct OptimizerTests {
    struct Case: Sendable, CustomTestStringConvertible {
      let rule: UpdateRule
      var testDescription: String { "\(rule)" }
    }

    private static let methods: [UpdateRule.Method] = [
      .sgd(nesterov: false), .sgd(nesterov: true), .kerasSGD(nesterov: true),
      .kerasRMSprop(rho: 0.75, epsilon: 1e-3),
      .pytorchRMSprop(rho: 0.75, epsilon: 1e-3),
    ]
    static let cases = methods.flatMap { method in
      [(false, Float(0.75)), (true, 0.75), (true, 0)].map { weightsOnly, momentum in
        Case(
          rule: UpdateRule(
            method, rate: 0.125, momentum: momentum, decay: 0.25, decaysWeightsOnly: weightsOnly))
      }
    }

    /// One element's rule in double precision, by the formulas of `UpdateRule`.
    private struct Element {
      var velocity = 0.0
      var squares = 0.0

      mutating func change(_ rule: UpdateRule, weight: Double, gradient: Double, decays: Bool)
        -> Double
      {
        let (rate, momentum) = (Double(rule.rate), Double(rule.momentum))
        let slope = gradient + (decays ? Double(rule.decay) : 0) * weight
        switch rule.method {
        case .sgd(let nesterov):
          velocity = momentum * velocity + slope
          return rate * (nesterov ? slope + momentum * velocity : velocity)
        case .kerasSGD(let nesterov):
          velocity = momentum * velocity + rate * slope
          return nesterov ? rate * slope + momentum * velocity : velocity
        case .kerasRMSprop(let rho, let epsilon):
          squares = Double(rho) * squares + (1 - Double(rho)) * slope * slope
          velocity =
            momentum * velocity + rate * slope / (squares + Double(epsilon)).squareRoot()
          return velocity
        case .pytorchRMSprop(let rho, let epsilon):
          squares = Double(rho) * squares + (1 - Double(rho)) * slope * slope
          velocity = momentum * velocity + slope / (squares.squareRoot() + Double(epsilon))
          return rate * velocity
        }
      }
    }

    /// Three steps in double precision from the gradients that the network itself reports.
    @Test(arguments: TestedBackend.all, cases)
    func followsTheFormula(backend: TestedBackend, example: Case) throws {
      let rule = example.rule
      let fixture = try ParameterExchangeTests.Fixture(backend)
      var elements: [String: [Element]] = [:]
      for _ in 0..<3 {
        try fixture.step()
        let before = try fixture.network.parameters()
        let gradients = try fixture.network.gradients()
        try fixture.network.update(rule)
        let after = try fixture.network.parameters()
        for parameter in fixture.network.program.graph.parameters where parameter.isTrainable {
          let decays = !rule.decaysWeightsOnly || parameter.role == .weight
          let weights = try #require(before[parameter.name]).values
          let gradient = try #require(gradients[parameter.name]).values
          let found = try #require(after[parameter.name]).values
          var state =
            elements[parameter.name] ?? Array(repeating: Element(), count: weights.count)
          for index in weights.indices {
            let change = state[index].change(
              rule, weight: Double(weights[index]), gradient: Double(gradient[index]),
              decays: decays)
            let expected = Double(weights[index]) - change
            // A few roundings of terms of this size.
            let allowed = 1e-6 * (abs(expected) + abs(change) + 1)
            if !(abs(Double(found[index]) - expected) <= allowed) {
              Issue.record("\(parameter.name)[\(index)]: \(found[index]), expected \(expected)")
            }
          }
          elements[parameter.name] = state
        }
      }
    }

    /// A network that takes over parameters and optimiser state goes on as the first would.
    @Test(arguments: TestedBackend.all, cases)
    func resumingIsExact(backend: TestedBackend, example: Case) throws {
      let (first, second) = (
        try ParameterExchangeTests.Fixture(backend), try ParameterExchangeTests.Fixture(backend)
      )
      for _ in 0..<2 {
        try first.step()
        try first.network.update(example.rule)
      }
      // What the second one did before has to be gone.
      try second.step()
      try second.network.update(UpdateRule(.sgd(nesterov: false), rate: 1, momentum: 0.5))
      let state = try first.network.optimizerState()
      #expect(
        state.names == first.network.program.graph.optimizerShapes(state.slots).map(\.name))
      #expect(Set(state.slots) == Set(example.rule.slots))
      try second.network.load(try first.network.parameters())
      try second.network.loadOptimizerState(state)
      for fixture in [first, second] {
        try fixture.step()
        try fixture.network.update(example.rule)
      }
      #expect(try first.network.parameters() == second.network.parameters())
      #expect(try first.network.optimizerState() == second.network.optimizerState())
      try second.network.loadOptimizerState(NamedTensors())
      #expect(try second.network.optimizerState().isEmpty)
    }

    /// The norm against the sum of squares of the exported gradients.
    @Test(arguments: TestedBackend.all)
    func clippingScalesTheGlobalNorm(backend: TestedBackend) throws {
      let fixture = try ParameterExchangeTests.Fixture(backend)
      try fixture.step()
      let gradients = try fixture.network.gradients()
      let squares = gradients.reduce(0.0) { sum, entry in
        entry.tensor.values.reduce(sum) { $0 + Double($1) * Double($1) }
      }
      let norm = try fixture.network.gradientNorm(of: nil)
      #expect(abs(norm / squares.squareRoot() - 1) < 1e-12 && norm > 0)
      let bias = try #require(gradients["fc.bias"]).values
      let part = bias.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(abs(try fixture.network.gradientNorm(of: ["fc.bias"]) / part - 1) < 1e-12)
      try fixture.network.scaleGradients(by: 0.25)
      #expect(try fixture.network.gradientNorm(of: nil) == 0.25 * norm)
      for (name, gradient) in try fixture.network.gradients() {
        #expect(gradient.values == gradients[name]?.values.map { 0.25 * $0 }, "\(name)")
      }
    }

    @Test(arguments: TestedBackend.all)
    func frozenParametersStay(backend: TestedBackend) throws {
      let fixture = try ParameterExchangeTests.Fixture(backend)
      let names = fixture.network.program.graph.parameters.filter(\.isTrainable).map(\.name)
      let frozen = Set([names[0]])
      fixture.network.frozen = frozen
      try fixture.step()
      let before = try fixture.network.parameters()
      try fixture.network.update(
        UpdateRule(.sgd(nesterov: false), rate: 0.1, momentum: 0.9, decay: 0.1))
      let after = try fixture.network.parameters()
      for name in names {
        #expect((before[name] == after[name]) == frozen.contains(name), "\(name)")
      }
      let all = try fixture.network.gradients().reduce(0.0) { sum, entry in
        frozen.contains(entry.name)
          ? sum : entry.tensor.values.reduce(sum) { $0 + Double($1) * Double($1) }
      }
      #expect(abs(try fixture.network.gradientNorm(of: nil) / all.squareRoot() - 1) < 1e-12)
    }
  }
}
