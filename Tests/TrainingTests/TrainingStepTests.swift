import ComputeGraph
import Diagnostics
import OneDNNBackend
import OracleWeights
import TensorCore
import Testing
import Training

@Suite struct TrainingStepTests {
  private let loss = WeightedBinaryCrossEntropy(classWeights: [2, 1])
  private let targets: [Float] = [1, 0, 0, 1, 1, 1]

  private func step() throws -> TrainingStep {
    let network = try OneDNN(threads: 2).compile(
      Program(ToyProblem.graph, mode: .training, batch: 3), precision: .f32)
    try network.load(HeNormalInitialization.parameters(of: ToyProblem.graph, seed: 3))
    return TrainingStep(network: network, loss: loss)
  }

  private func run(
    _ step: inout TrainingStep, _ input: [Float], share: Double = 1, accumulate: Bool = false
  ) throws -> Double {
    try input.withUnsafeBufferPointer {
      try step.run(input: $0, targets: targets, share: share, accumulate: accumulate)
    }
  }

  private var input: [Float] {
    OracleWeights.input(batch: 3, channels: 1, size: ToyProblem.side).values
  }

  @Test func accumulatingTwiceDoublesTheGradients() throws {
    var step = try step()
    let first = try run(&step, input)
    let once = try step.network.gradients()
    #expect(try run(&step, input, accumulate: true) == first)
    let twice = try step.network.gradients()
    for (name, gradient) in once {
      #expect(twice[name]?.values == gradient.values.map { 2 * $0 }, "\(name)")
    }
    #expect(try #require(once["conv1.weight"]).values.contains { $0 != 0 })
    // Without the flag the old gradients are gone.
    _ = try run(&step, input)
    #expect(try step.network.gradients() == once)
  }

  /// Two halves of a batch make the whole one's gradients, except for batch normalisation's means:
  /// the same half twice makes its own. Powers of two scale without rounding.
  @Test func sharesOfABatchAddUp() throws {
    var step = try step()
    _ = try run(&step, input)
    let whole = try step.network.gradients()
    _ = try run(&step, input, share: 0.5)
    _ = try run(&step, input, share: 0.5, accumulate: true)
    #expect(try step.network.gradients() == whole)
  }

  /// Moving the parameters against the gradient lowers the loss by as much as the gradient says.
  @Test func gradientPredictsTheLoss() throws {
    var step = try step()
    let before = try run(&step, input)
    let gradients = try step.network.gradients()
    let squares = gradients.reduce(0.0) { sum, entry in
      entry.tensor.values.reduce(sum) { $0 + Double($1) * Double($1) }
    }
    let rate = 1e-3
    try step.network.update(
      UpdateRule(.sgd(nesterov: false), rate: Float(rate)))
    let after = try run(&step, input)
    // The first-order term; curvature is what the tenth is for.
    #expect(abs((before - after) / (rate * squares) - 1) < 0.1)
  }

  @Test func lossThatIsNotFiniteIsRefused() throws {
    var step = try step()
    var parameters = HeNormalInitialization.parameters(of: ToyProblem.graph, seed: 3)
    parameters["fc.bias"]?.values[1] = .infinity
    try step.network.load(parameters)
    let error = #expect(throws: TrainingStep.LossNotFinite.self) { try run(&step, input) }
    #expect(error?.asIchorError.code == "loss-not-finite")
  }
}
