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
package final class Trainer {
  /// What the loop tells and asks while it runs. Called on the trainer's thread.
  package struct Events {
    /// After an epoch: its record, the parameters that it judges, and whether they are the best so
    /// far.
    package var epochFinished: (EpochRecord, NamedTensors, Bool) throws -> Void
    /// Keeps a state to resume from; the one before can go.
    package var checkpoint: (TrainingState) throws -> Void
    /// The parameters of the last epoch that was the best.
    package var bestParameters: () throws -> NamedTensors

    package init(
      epochFinished: @escaping (EpochRecord, NamedTensors, Bool) throws -> Void,
      checkpoint: @escaping (TrainingState) throws -> Void,
      bestParameters: @escaping () throws -> NamedTensors
    ) {
      self.epochFinished = epochFinished
      self.checkpoint = checkpoint
      self.bestParameters = bestParameters
    }
  }

  private let recipe: TrainingRecipe
  private let network: any CompiledNetwork
  private let data: TrainingData
  private let validator: Validator
  private let context: JobContext
  private let deadline: ContinuousClock.Instant?
  private var watchdog: Watchdog
  /// Whose gradient tells whether any path leads back to the input.
  private let firstWeights: Set<String>
  /// Optimiser steps an epoch.
  private let stepsPerEpoch: Int
  /// Where checkpoints are kept, and which one is, for errors.
  private let checkpointPlace: String
  private var lastCheckpoint: String?
  /// The last validation loss, for progress; stamped where it flatters.
  private var lastValidation = ""
  /// [batch, classes], of the batch at hand.
  private var targets: [Float]

  /// - Parameters:
  ///   - network: compiled from a training program; its batch is the sampler's local batch. One step
  ///     takes `recipe.accumulate` of the sampler's.
  ///   - validator: scores the parameters after each epoch.
  ///   - deadline: when to stop as a signal would.
  ///   - checkpointPlace: where the events keep checkpoints, for errors.
  package init(
    recipe: TrainingRecipe, network: any CompiledNetwork, data: TrainingData,
    validator: Validator, context: JobContext, deadline: ContinuousClock.Instant? = nil,
    checkpointPlace: String = "what was kept last"
  ) {
    precondition(
      data.sampler.stepsPerEpoch % recipe.accumulate == 0, "an epoch has no broken steps")
    self.recipe = recipe
    self.network = network
    self.data = data
    self.validator = validator
    self.context = context
    self.deadline = deadline
    self.checkpointPlace = checkpointPlace
    watchdog = Watchdog(rules: recipe.watchdog, floor: validator.floor.loss)
    firstWeights = Set(
      network.program.graph.parameters.first { $0.role == .weight }.map { [$0.name] } ?? [])
    targets = [Float](
      repeating: 0, count: network.program.batch * recipe.loss.classWeights.count)
    stepsPerEpoch = data.sampler.stepsPerEpoch / recipe.accumulate
  }

  /// Trains from `start` to the last epoch.
  ///
  /// - Throws: `CancelledBySignal` after a checkpoint, also at the deadline; `IchorError` where loss
  ///   or parameters are not finite any more, naming the step and the last checkpoint; what the
  ///   events throw.
  package func run(from start: TrainingState, events: Events) throws {
    var state = start
    try take(state)
    network.frozen = recipe.frozen
    watchdog.state = state.watchdog
    if state.epoch > 0 || state.step > 0 { note(state) }
    let loader = data.loader(
      for: network.program,
      from: .init(epoch: state.epoch, step: state.step * recipe.accumulate),
      endEpoch: recipe.epochs, threads: context.threads)
    defer { loader.stop() }
    var step = TrainingStep(network: network, loss: recipe.loss)
    while state.epoch < recipe.epochs {
      let pace = try runEpoch(&state, &step, loader, events)
      try finishEpoch(&state, pace, events)
    }
  }

  private func take(_ state: TrainingState) throws {
    try network.load(state.parameters)
    try network.loadOptimizerState(state.optimizer)
  }

  private struct Pace {
    var images = 0
    var seconds = 0.0
    var waited = 0.0
  }

  // MARK: An epoch

  private func runEpoch(
    _ state: inout TrainingState, _ step: inout TrainingStep, _ loader: BatchLoader,
    _ events: Events
  ) throws -> Pace {
    var pace = Pace()
    let phase = recipe.phases[state.phase]
    let schedule = schedule(of: state)
    let waitedBefore = loader.secondsWaited
    let clock = ContinuousClock()
    let begun = clock.now
    while state.step < stepsPerEpoch {
      try stopWhereAsked(&state, events)
      let rate = schedule.rate(step: stepInPhase(state))
      let loss = try takeStep(phase, rate: rate, state, &step, loader)
      state.lossSum += loss.mean
      state.step += 1
      try sample(&state)
      if let verdict = watchdog.stepFinished(loss: loss.mean, gradientNorm: loss.gradientNorm) {
        try act(on: verdict, &state, events)
      }
      pace.images += network.program.batch * recipe.accumulate
      let overall = state.epoch * stepsPerEpoch + state.step
      context.progress.report(
        completed: overall, total: recipe.epochs * stepsPerEpoch, unit: "steps",
        detail: "epoch \(state.epoch + 1)/\(recipe.epochs), loss "
          + String(format: "%.4f", state.lossSum / Double(state.step)) + lastValidation)
      if let every = recipe.checkpointSteps, overall % every == 0, state.step < stepsPerEpoch {
        try keep(&state, events)
      }
    }
    pace.seconds = (clock.now - begun) / .seconds(1)
    pace.waited = loader.secondsWaited - waitedBefore
    return pace
  }

  private func schedule(of state: TrainingState) -> LearningRateSchedule {
    var schedule = recipe.phases[state.phase].schedule
    if let progress = state.schedule { schedule.progress = progress }
    return schedule
  }

  private func stepInPhase(_ state: TrainingState) -> Int {
    (state.epoch - recipe.firstEpoch(ofPhase: state.phase)) * stepsPerEpoch + state.step
  }

  /// One optimiser step; returns the mean loss of its batches and the first layer's gradient norm.
  private func takeStep(
    _ phase: TrainingPhase, rate: Double, _ state: TrainingState, _ step: inout TrainingStep,
    _ loader: BatchLoader
  ) throws -> (mean: Double, gradientNorm: Double) {
    let share = 1 / Double(recipe.accumulate)
    var loss = 0.0
    for part in 0..<recipe.accumulate {
      do {
        let value = try loader.withNextBatch { batch, images in
          targets.withUnsafeMutableBufferPointer { loader.copyTargets(of: batch, into: $0) }
          return try step.run(
            input: images, targets: targets, share: share, accumulate: part > 0)
        }
        guard let value else { preconditionFailure("the loader's plan ends with the last epoch") }
        loss += value * share
      } catch let error as IchorError where error.code == TrainingStep.lossNotFinite {
        throw broken(error.code, error.message, afterSteps: state.step + 1, state)
      }
    }
    let norm = try network.gradientNorm(of: firstWeights)
    if let limit = phase.clipNorm { try GradientClipping.clip(network, to: limit) }
    var rule = phase.rule
    rule.rate = Float(rate)
    try network.update(rule)
    return (loss, norm)
  }

  private func sample(_ state: inout TrainingState) throws {
    let steps = stepInPhase(state)
    guard let average = recipe.average, average.samples(afterSteps: steps) else { return }
    state.average = average.adding(
      try network.parameters(), to: state.average, afterSteps: steps)
  }

  private func act(
    on verdict: Watchdog.Verdict, _ state: inout TrainingState, _ events: Events
  ) throws {
    if verdict.action == .stop { try keep(&state, events) }
    try tell(verdict)
  }

  /// - Throws: where the verdict is to stop.
  private func tell(_ verdict: Watchdog.Verdict) throws {
    if verdict.action == .stop {
      throw IchorError(
        .badData, code: verdict.trouble.rawValue, verdict.message,
        remedy: "\(verdict.remedy); or set the watchdog to warn and run again to go on")
    }
    context.logger.warning("\(verdict.message); \(verdict.remedy)")
  }

  private func stopWhereAsked(_ state: inout TrainingState, _ events: Events) throws {
    if let signal = context.cancellation.requested {
      try keep(&state, events)
      throw CancelledBySignal(signal: signal)
    }
    if let deadline, ContinuousClock.now >= deadline {
      try keep(&state, events)
      context.logger.notice("the time is up: the work so far is kept, run again to go on")
      throw CancelledBySignal(signal: SIGTERM)
    }
  }

  // MARK: Its end

  private func finishEpoch(
    _ state: inout TrainingState, _ pace: Pace, _ events: Events
  ) throws {
    let trainLoss = state.lossSum / Double(stepsPerEpoch)
    try capture(&state)
    let judged = state.average.isEmpty ? state.parameters : state.average
    let outcome: Validator.Outcome
    do {
      outcome = try validator.evaluate(judged, epoch: state.epoch, context: context)
    } catch let stop as CancelledBySignal {
      // The epoch's steps are done: a resume from here only validates.
      try save(state, events)
      throw stop
    }
    let validation = outcome.evaluation
    let phase = recipe.phases[state.phase]
    var schedule = schedule(of: state)
    let last = max(stepInPhase(state) - 1, 0)
    let record = EpochRecord(
      epoch: state.epoch + 1, phase: phase.name, learningRate: schedule.rate(step: last),
      trainLoss: trainLoss, validation: validation, leaky: validator.isLeaky,
      skill: skill(loss: validation.loss, floor: outcome.floor.loss),
      imagesPerSecond: pace.seconds > 0 ? Double(pace.images) / pace.seconds : 0,
      dataWait: pace.seconds > 0 ? pace.waited / pace.seconds : 0)
    lastValidation =
      ", \(validator.isLeaky ? "LEAKY " : "")validation "
      + String(format: "%.4f", validation.loss)
    schedule.epochFinished(validationLoss: validation.loss)
    let score = recipe.monitor.score(validation)
    let isBest = state.bestScore.map { score < $0 } ?? true
    if isBest { state.bestScore = score }
    try events.epochFinished(record, judged, isBest)
    state.schedule = schedule.progress
    state.epoch += 1
    state.step = 0
    state.lossSum = 0
    // A phase begins in the same checkpoint that ends the one before: a resume finds either.
    try beginPhase(&state, events)
    let verdicts = watchdog.epochFinished(validationLoss: validation.loss, spread: outcome.spread)
    state.watchdog = watchdog.state
    try save(state, events)
    for verdict in verdicts { try tell(verdict) }
  }

  private func beginPhase(_ state: inout TrainingState, _ events: Events) throws {
    let next = state.phase + 1
    guard next < recipe.phases.count, state.epoch == recipe.firstEpoch(ofPhase: next) else {
      return
    }
    state.phase = next
    state.schedule = nil
    state.optimizer = NamedTensors()
    state.average = NamedTensors()
    if recipe.phases[next].startsFromBest { state.parameters = try events.bestParameters() }
    try take(state)
  }

  // MARK: Checkpoints

  /// A checkpoint of where the network stands.
  private func keep(_ state: inout TrainingState, _ events: Events) throws {
    try capture(&state)
    try save(state, events)
  }

  private func save(_ state: TrainingState, _ events: Events) throws {
    try events.checkpoint(state)
    note(state)
  }

  private func note(_ state: TrainingState) {
    lastCheckpoint = "step \(state.step) of epoch \(state.epoch + 1)"
  }

  private func capture(_ state: inout TrainingState) throws {
    state.parameters = try network.parameters()
    // A ReLU turns NaN into 0, so that a network may break down behind a loss that stays finite.
    for (name, tensor) in state.parameters where !tensor.values.allSatisfy(\.isFinite) {
      throw broken(
        "parameters-not-finite", "\(name) is not finite any more", afterSteps: state.step, state)
    }
    state.optimizer = try network.optimizerState()
    state.watchdog = watchdog.state
  }

  /// - Parameter steps: of the epoch that were begun; the last one is to blame.
  private func broken(
    _ code: String, _ message: String, afterSteps steps: Int, _ state: TrainingState
  ) -> IchorError {
    let last = stepInPhase(state) - state.step + max(steps - 1, 0)
    let rate = schedule(of: state).rate(step: last)
    return IchorError(
      .badData, code: code,
      "\(message) at step \(steps) of epoch \(state.epoch + 1), learning rate \(rate); "
        + (lastCheckpoint.map { "the last good checkpoint, \($0), is \(checkpointPlace)" }
          ?? "there is no checkpoint of this run yet"),
      remedy: "lower learning_rate, give clip_norm, or use compute.precision: f32")
  }
}
