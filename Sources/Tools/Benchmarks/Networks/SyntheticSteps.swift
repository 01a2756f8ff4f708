import ComputeGraph
import Randomness
import Models
import Training

/// Training steps or predictions of a compiled model, over and over on one synthetic batch.
struct SyntheticSteps {
  static let classes = 6

  let network: any CompiledNetwork
  private let input: [Float]
  private let targets: [Float]
  private var logits: [Float]
  private var step: TrainingStep

  /// The weights are He normal, with seed 1.
  init(_ graph: Graph, _ network: any CompiledNetwork) throws {
    self.network = network
    try network.load(HeNormalInitialization.parameters(of: graph, seed: 1))
    let batch = network.program.batch
    var random = CounterRandom(seed: 1, purpose: "benchmark.batch")
    input = (0..<batch * graph[graph.input].elementCount).map { _ in Float(random.normal()) }
    targets = (0..<batch * Self.classes).map { _ in Float(random.uniform() < 0.15 ? 1 : 0) }
    logits = [Float](repeating: 0, count: batch * Self.classes)
    step = TrainingStep(
      network: network,
      loss: WeightedBinaryCrossEntropy(
        classWeights: [2] + [Double](repeating: 1, count: Self.classes - 1)))
  }

  mutating func run(_ task: NetworkBenchmark.Task) throws {
    try input.withUnsafeBufferPointer { input in
      switch task {
      case .train:
        do {
          _ = try step.run(input: input, targets: targets)
        } catch let fault as TrainingStep.LossNotFinite {
          throw fault.asIchorError
        }
        try network.update(
          UpdateRule(
            .sgd(nesterov: true), rate: 1e-3, momentum: 0.9, decay: 1e-4,
            decaysWeightsOnly: true))
      case .predict:
        try logits.withUnsafeMutableBufferPointer { try network.forward(input, logits: $0) }
      }
    }
  }
}
