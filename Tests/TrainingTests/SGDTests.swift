import ComputeGraph
import OneDNNBackend
import OracleWeights
import TensorCore
import Testing
import UpdateKernels

@Suite struct SGDTests {
  struct Run: Sendable, CustomTestStringConvertible {
    let nesterov: Bool
    let momentum: Float
    let decay: Float
    /// The weights after 5, 10, 15 and 20 steps.
    let expected: [[Float]]
    var testDescription: String { "nesterov \(nesterov), momentum \(momentum), decay \(decay)" }
  }

  /// `sgd()` of Tests/Oracles/training_numbers.py: `torch.optim.SGD` on five weights.
  private static let runs = [
    Run(
      nesterov: false, momentum: 0, decay: 0,
      expected: [
        [-0.935052812, 0.640453219, 0.792076945, 0.0795312822, 0.512348592],
        [-0.937218964, 0.747334361, 0.953981578, 0.113558456, 0.487676471],
        [-0.95732069, 0.723960042, 0.856390357, -0.0152215865, 0.424957901],
        [-0.94817251, 0.77575928, 0.862638772, 0.0266699269, 0.365645647],
      ]),
    Run(
      nesterov: false, momentum: 0.9, decay: 0,
      expected: [
        [-0.930822432, 0.442807704, 0.721574664, 0.175669208, 0.408737957],
        [-1.1961869, 0.254469484, 1.08733273, 0.460773051, 0.249167457],
        [-1.43679523, 0.262200952, 1.3124516, 0.262614101, 0.0050098151],
        [-1.47463298, 0.461091131, 1.24080122, 0.118942939, -0.484567732],
      ]),
    Run(
      nesterov: true, momentum: 0.9, decay: 0.01,
      expected: [
        [-0.962533295, 0.328803301, 0.694359183, 0.201863006, 0.373851508],
        [-1.18862081, 0.259595931, 1.17349565, 0.489158303, 0.199722201],
        [-1.4032656, 0.237004995, 1.25906646, 0.175577819, -0.0878842324],
        [-1.40069699, 0.461110502, 1.1766454, 0.0826027319, -0.588774085],
      ]),
  ]

  @Test(arguments: runs)
  func twentyStepsArePyTorchs(_ run: Run) {
    var weights = OracleWeights.tensor(name: "weight", shape: [5], range: -1...1).values
    var velocity = [Float](repeating: 0, count: 5)
    for step in 0..<20 {
      let gradients = OracleWeights.tensor(
        name: "gradient \(step)", shape: [5], range: -1...1
      ).values
      SGD.update(
        weights: &weights, gradients: gradients, velocity: &velocity, count: 5, rate: 0.05,
        momentum: run.momentum, nesterov: run.nesterov, decay: run.decay)
      if step % 5 == 4 {
        for (weight, expected) in zip(weights, run.expected[step / 5]) {
          #expect(abs(weight - expected) < 1e-6, "step \(step)")
        }
      }
    }
  }

  /// Without a backward pass the gradients are zero, so that only the decay moves a weight.
  @Test(arguments: [true, false])
  func decayReachesWeightsOnlyWhereAsked(_ weightsOnly: Bool) throws {
    let graph = ToyProblem.graph
    let network = try OneDNNBackend(threads: 1).compile(
      Program(graph, mode: .training, batch: 2), precision: .f32)
    let ones = NamedTensors(
      graph.parameters.map { ($0.name, HostTensor(shape: $0.shape, repeating: 1)) })
    try network.load(ones)
    try network.update(
      .sgd(
        rate: 0.5, momentum: 0.9, nesterov: false, decay: 0.5, decaysWeightsOnly: weightsOnly))
    let updated = try network.parameters()
    for parameter in graph.parameters {
      let decays = parameter.isTrainable && (parameter.role == .weight || !weightsOnly)
      let values = try #require(updated[parameter.name]).values
      #expect(values.allSatisfy { $0 == (decays ? 0.75 : 1) }, "\(parameter.name)")
    }
  }
}
