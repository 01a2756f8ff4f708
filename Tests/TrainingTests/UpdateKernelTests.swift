import ComputeGraph
import OneDNNBackend
import OracleWeights
import TensorCore
import Testing
import ParameterMemory

@Suite struct UpdateKernelTests {
  /// Every step of the frameworks' own optimisers; 1e-6 is a few roundings at these sizes.
  @Test(arguments: OptimizerTrace.all)
  func followsTheFrameworks(_ trace: OptimizerTrace) {
    var weights = OracleWeights.tensor(name: "weight", shape: [5], range: -1...1).values
    var velocity = [Float](repeating: 0, count: 5)
    var squares = velocity
    for (step, expected) in trace.weights.enumerated() {
      let gradients = OracleWeights.tensor(
        name: "gradient \(step)", shape: [5], range: -1...1
      ).values
      let rate = step < 10 ? trace.rate : trace.rate / 10
      switch (trace.framework, trace.rule) {
      case (.pytorch, .sgd(let momentum, let nesterov)):
        SGD.updatePyTorch(
          weights: &weights, gradients: gradients, velocity: &velocity, count: 5, rate: rate,
          momentum: momentum, nesterov: nesterov, decay: trace.decay)
      case (.keras, .sgd(let momentum, let nesterov)):
        SGD.updateKeras(
          weights: &weights, gradients: gradients, velocity: &velocity, count: 5, rate: rate,
          momentum: momentum, nesterov: nesterov, decay: trace.decay)
      case (.keras, .rmsprop(let rho, let epsilon, let momentum)):
        velocity.withUnsafeMutableBufferPointer { buffer in
          RMSprop.updateKeras(
            weights: &weights, gradients: gradients, squareAverage: &squares,
            velocity: momentum == 0 ? nil : buffer.baseAddress, count: 5, rate: rate,
            momentum: momentum, rho: rho, epsilon: epsilon, decay: trace.decay)
        }
      case (.pytorch, .rmsprop(let rho, let epsilon, let momentum)):
        velocity.withUnsafeMutableBufferPointer { buffer in
          RMSprop.updatePyTorch(
            weights: &weights, gradients: gradients, squareAverage: &squares,
            velocity: momentum == 0 ? nil : buffer.baseAddress, count: 5, rate: rate,
            momentum: momentum, rho: rho, epsilon: epsilon, decay: trace.decay)
        }
      }
      for (weight, expected) in zip(weights, expected) {
        #expect(abs(weight - expected) < 1e-6, "step \(step)")
      }
    }
  }

  /// Without a backward pass the gradients are zero, so that only the decay moves a weight.
  @Test(arguments: [true, false])
  func decayReachesWeightsOnlyWhereAsked(_ weightsOnly: Bool) throws {
    let graph = ToyProblem.graph
    let network = try OneDNN(threads: 1).compile(
      Program(graph, mode: .training, batch: 2), precision: .f32)
    let ones = NamedTensors(
      graph.parameters.map { ($0.name, HostTensor(shape: $0.shape, repeating: 1)) })
    try network.load(ones)
    try network.update(
      UpdateRule(
        .sgd(nesterov: false), rate: 0.5, momentum: 0.9, decay: 0.5,
        decaysWeightsOnly: weightsOnly))
    let updated = try network.parameters()
    for parameter in graph.parameters {
      let decays = parameter.isTrainable && (parameter.role == .weight || !weightsOnly)
      let values = try #require(updated[parameter.name]).values
      #expect(values.allSatisfy { $0 == (decays ? 0.75 : 1) }, "\(parameter.name)")
    }
  }
}
