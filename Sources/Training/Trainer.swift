import ComputeGraph
import Diagnostics
import Foundation
import Inference
import Metrics
import SliceLoading
import TensorCore

/// The training loop of one model.
///
/// Resuming from a `TrainingState` continues bit for bit: batches are functions of epoch and
/// step, and the state holds every number that a step reads.
public final class Trainer {
  /// What the loop tells while it runs. Called on the trainer's thread.
  public struct Events {
    /// After an epoch: its record, the state, and whether its validation loss is the best so far.
    public var epochFinished: (EpochRecord, TrainingState, Bool) throws -> Void
    /// When a signal asked to stop: the state to resume from.
    public var interrupted: (TrainingState) throws -> Void

    public init(
      epochFinished: @escaping (EpochRecord, TrainingState, Bool) throws -> Void,
      interrupted: @escaping (TrainingState) throws -> Void
    ) {
      self.epochFinished = epochFinished
      self.interrupted = interrupted
    }
  }

  private let recipe: TrainingRecipe
  private let network: any CompiledNetwork
  private let sampler: any BatchSampler
  private let training: SliceDataset
  private let normalization: ImageNormalization
  private let flip: HorizontalFlip?
  private let affine: RandomAffine?
  private let validator: Validator
  private let context: JobContext

  /// - Parameters:
  ///   - network: compiled from a training program; its batch is the sampler's local batch.
  ///   - validator: scores the parameters after each epoch.
  public init(
    recipe: TrainingRecipe, network: any CompiledNetwork, training: SliceDataset,
    sampler: any BatchSampler, normalization: ImageNormalization, flip: HorizontalFlip?,
    affine: RandomAffine? = nil, validator: Validator, context: JobContext
  ) {
    self.recipe = recipe
    self.network = network
    self.training = training
    self.sampler = sampler
    self.normalization = normalization
    self.flip = flip
    self.affine = affine
    self.validator = validator
    self.context = context
  }

  /// Trains from `state` to the last epoch.
  public func run(from start: TrainingState, events: Events) throws {
    var state = start
    try network.load(state.parameters)
    try network.loadOptimizerState(state.optimizer)
    let shape = network.program.graph[network.program.graph.input]
    // One loader thread: decoding a slice takes a small part of what its step takes, and the
    // engine's threads fill the cores.
    let loader = BatchLoader(
      dataset: training, sampler: sampler,
      layout: BatchLayout(
        batch: network.program.batch, channels: shape.channels, height: shape.height,
        width: shape.width),
      normalization: normalization, flip: flip, affine: affine,
      plan: BatchPlan(
        start: .init(epoch: state.epoch, step: state.step), endEpoch: recipe.epochs), threads: 1)
    defer { loader.stop() }
    var step = TrainingStep(network: network, loss: recipe.loss)
    while state.epoch < recipe.epochs {
      let pace = try runEpoch(&state, &step, loader, events)
      try finishEpoch(&state, pace, events)
    }
  }

  private struct Pace {
    var images = 0
    var seconds = 0.0
    var waited = 0.0
  }

  private func runEpoch(
    _ state: inout TrainingState, _ step: inout TrainingStep, _ loader: BatchLoader,
    _ events: Events
  ) throws -> Pace {
    var pace = Pace()
    let classes = recipe.loss.classWeights.count
    var targets = [Float](repeating: 0, count: network.program.batch * classes)
    let steps = sampler.stepsPerEpoch
    let waitedBefore = loader.secondsWaited
    let clock = ContinuousClock()
    let begun = clock.now
    while state.step < steps {
      if let signal = context.cancellation.requested {
        try capture(&state)
        try events.interrupted(state)
        throw CancelledBySignal(signal: signal)
      }
      let loss = try loader.withNextBatch { batch, images in
        targets.withUnsafeMutableBufferPointer { loader.copyTargets(of: batch, into: $0) }
        return try step.run(input: images, targets: targets)
      }
      guard let loss else {
        preconditionFailure("the loader's plan ends with the last epoch")
      }
      let overall = state.epoch * steps + state.step
      try network.update(rule(rate: recipe.schedule.rate(step: overall)))
      state.lossSum += loss
      state.step += 1
      pace.images += network.program.batch
      context.progress.report(
        completed: overall + 1, total: recipe.epochs * steps, unit: "steps",
        detail: "epoch \(state.epoch + 1)/\(recipe.epochs), loss "
          + String(format: "%.4f", state.lossSum / Double(state.step)))
    }
    pace.seconds = (clock.now - begun) / .seconds(1)
    pace.waited = loader.secondsWaited - waitedBefore
    return pace
  }

  private func rule(rate: Double) -> UpdateRule {
    .sgd(
      rate: Float(rate), momentum: Float(recipe.momentum), nesterov: recipe.nesterov,
      decay: Float(recipe.weightDecay), decaysWeightsOnly: true)
  }

  private func finishEpoch(
    _ state: inout TrainingState, _ pace: Pace, _ events: Events
  ) throws {
    let steps = sampler.stepsPerEpoch
    let trainLoss = state.lossSum / Double(steps)
    try capture(&state)
    let validation: Evaluation
    do {
      validation = try validator.evaluate(state.parameters, context: context)
    } catch let stop as CancelledBySignal {
      // The epoch's steps are done: a resume from here only validates.
      try events.interrupted(state)
      throw stop
    }
    state.epoch += 1
    state.step = 0
    state.lossSum = 0
    let isBest = state.bestLoss.map { validation.loss < $0 } ?? true
    if isBest { state.bestLoss = validation.loss }
    let record = EpochRecord(
      epoch: state.epoch, phase: "sgd",
      learningRate: recipe.schedule.rate(step: state.epoch * steps - 1), trainLoss: trainLoss,
      validation: validation, skill: skill(loss: validation.loss, floor: validator.floor.loss),
      imagesPerSecond: pace.seconds > 0 ? Double(pace.images) / pace.seconds : 0,
      dataWait: pace.seconds > 0 ? pace.waited / pace.seconds : 0)
    try events.epochFinished(record, state, isBest)
  }

  private func capture(_ state: inout TrainingState) throws {
    state.parameters = try network.parameters()
    // A ReLU turns NaN into 0, so that a network may break down behind a loss that stays finite.
    for (name, tensor) in state.parameters where !tensor.values.allSatisfy(\.isFinite) {
      throw IchorError(
        .badData, code: "parameters-not-finite",
        "\(name) is not finite any more after step \(state.step) of epoch \(state.epoch + 1)",
        remedy: "lower the learning rate or use compute.precision: f32; "
          + "the last checkpoint is as it was")
    }
    state.optimizer = try network.optimizerState()
  }
}
