import ComputeGraph
import Randomness
import Vocabulary

/// Training steps or predictions of a compiled model, over and over on one synthetic batch: how fast it
/// is, and nothing else.
package struct SyntheticSteps {
  package enum Task: String, Sendable, Codable { case train, predict }

  package static let classes = Label.allCases.count

  package let network: any CompiledNetwork
  private let input: [Float]
  private let targets: [Float]
  private var logits: [Float]
  private var step: TrainingStep

  /// The weights are He normal, with seed 1.
  package init(_ graph: Graph, _ network: any CompiledNetwork) throws {
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

  /// - Throws: `badData` where the loss is not finite; what the network throws.
  package mutating func run(_ task: Task) throws {
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

  /// Images per second of the fastest of a few steps.
  ///
  /// - Parameters:
  ///   - seconds: how long it may take, as far as two steps after the first allow.
  ///   - checkpoint: called before each step; throws to stop.
  /// - Throws: `configuration` where the memory isn't available; what `run` and `checkpoint` throw.
  package static func imagesPerSecond(
    of graph: Graph, _ task: Task, batch: Int, precision: Precision, on backend: any Backend,
    within seconds: Double, checkpoint: () throws -> Void
  ) throws -> Double {
    let network = try backend.compile(
      Program(graph, mode: task == .train ? .training : .inference, batch: batch),
      precision: precision)
    var steps = try SyntheticSteps(graph, network)
    // The first step touches the memory.
    try steps.run(task)
    let clock = ContinuousClock()
    let begun = clock.now
    var best = Double.infinity
    var count = 0
    while count < 2 || (clock.now - begun) / .seconds(1) < seconds {
      try checkpoint()
      let start = clock.now
      try steps.run(task)
      best = min(best, (clock.now - start) / .seconds(1))
      count += 1
    }
    return Double(batch) / best
  }
}
