import ComputeGraph
import SliceLoading

/// One step of the optimiser: the mean gradient of some batches, clipped, and the update.
struct OptimizerStep {
  private let recipe: TrainingRecipe
  private let loader: BatchLoader
  /// The first weights that are trained, whose gradient tells whether any path leads back to them;
  /// `nil` where only biases, scales and shifts are: all of those.
  private let firstWeights: Set<String>?
  private var step: TrainingStep
  /// The targets of the current batch, [batch, classes].
  private var targets: [Float]

  /// The result of a step.
  struct Result {
    /// Mean loss of its batches.
    let loss: Double
    /// The norm of the first layer's gradient, before any clipping.
    let gradientNorm: Double
  }

  /// - Parameter network: compiled from a training program, whose batch is the loader's.
  init(_ recipe: TrainingRecipe, on network: any CompiledNetwork, from loader: BatchLoader) {
    self.recipe = recipe
    self.loader = loader
    step = TrainingStep(network: network, loss: recipe.loss)
    firstWeights = network.program.graph.parameters
      .first { $0.role == .weight && !recipe.frozen.contains($0.name) }.map { [$0.name] }
    targets = [Float](
      repeating: 0, count: network.program.batch * recipe.loss.classWeights.count)
  }

  /// Images that one step sees.
  var images: Int { step.network.program.batch * recipe.accumulate }

  /// Takes the loader's next batches.
  ///
  /// - Throws: `TrainingStep.LossNotFinite`; what the loader and the network throw.
  mutating func run(_ phase: TrainingPhase, rate: Double) throws -> Result {
    let (network, loader) = (step.network, loader)
    let share = 1 / Double(recipe.accumulate)
    var loss = 0.0
    for part in 0..<recipe.accumulate {
      let value = try loader.withNextBatch { batch, images in
        targets.withUnsafeMutableBufferPointer { loader.copyTargets(of: batch, into: $0) }
        return try step.run(input: images, targets: targets, share: share, accumulate: part > 0)
      }
      guard let value else { preconditionFailure("the loader's plan ends with the last epoch") }
      loss += value * share
    }
    let norm = try network.gradientNorm(of: firstWeights)
    if let limit = phase.clipNorm { try GradientClipping.clip(network, to: limit) }
    var rule = phase.rule
    rule.rate = Float(rate)
    try network.update(rule)
    return Result(loss: loss, gradientNorm: norm)
  }
}
