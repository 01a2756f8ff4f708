import ComputeGraph
import Diagnostics
import SliceLoading
import TensorCore

/// One run of a model's training, from a state to the end of the last epoch.
///
/// Resuming continues bit for bit: batches are functions of epoch and step, and the state holds
/// every number that a step reads.
package final class Trainer {
  /// What the loop reports and requests while it runs. Called on the trainer's thread.
  package struct Events {
    /// After an epoch: its record, the parameters that it judges, and whether they are the best so
    /// far.
    package var epochFinished: (EpochRecord, NamedTensors, Bool) throws -> Void
    /// Keeps a state to resume from; the one before can go.
    package var checkpoint: (TrainingState) throws -> Void
    /// The parameters of the best epoch so far.
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

  /// How a run ended that neither an error nor a signal stopped.
  package enum Outcome: Sendable, Equatable {
    /// The last epoch is done.
    case finished
    /// The deadline has passed; the last checkpoint stands at this position.
    case stopped(at: TrainingPosition)
  }

  let recipe: TrainingRecipe
  let timeline: TrainingTimeline
  let network: any CompiledNetwork
  let validator: Validator
  let context: JobContext
  let events: Events
  let checkpointPlace: String
  private let data: TrainingData
  private let deadline: ContinuousClock.Instant?

  var state: TrainingState
  var watchdog: Watchdog
  /// The position of the last checkpoint, for errors.
  var lastCheckpoint: TrainingPosition?
  /// The last validation loss, for progress; stamped where it flatters the network.
  var lastValidation = ""

  /// - Parameters:
  ///   - network: compiled from a training program; its batch is the sampler's local batch. One step
  ///     takes `recipe.accumulate` of them.
  ///   - validator: scores the parameters after each epoch.
  ///   - deadline: when to stop, with the work kept.
  ///   - checkpointPlace: where the events keep checkpoints, for errors.
  ///   - start: the state that training continues from.
  package init(
    recipe: TrainingRecipe, network: any CompiledNetwork, data: TrainingData,
    validator: Validator, context: JobContext, deadline: ContinuousClock.Instant? = nil,
    checkpointPlace: String = "what was kept last", from start: TrainingState, events: Events
  ) {
    precondition(
      data.sampler.stepsPerEpoch % recipe.accumulate == 0, "an epoch has no broken steps")
    self.recipe = recipe
    timeline = TrainingTimeline(
      recipe: recipe, stepsPerEpoch: data.sampler.stepsPerEpoch / recipe.accumulate)
    self.network = network
    self.data = data
    self.validator = validator
    self.context = context
    self.deadline = deadline
    self.checkpointPlace = checkpointPlace
    self.events = events
    state = start
    if recipe.stop != nil, start.position.stopping == nil { state.position.stopping = .init() }
    watchdog = Watchdog(rules: recipe.watchdog, floor: validator.floor.loss)
    watchdog.state = start.position.watchdog
  }

  /// Where the training stands.
  package var position: TrainingPosition { state.position }

  /// Trains to the last epoch or the deadline; called once.
  ///
  /// - Throws: `CancelledBySignal` after a checkpoint; `badData` where loss or parameters are no
  ///   longer finite, naming the step and the last checkpoint, where the watchdog stops the
  ///   training, or where the state is not one of this recipe; what loading slices, the network and
  ///   the events throw.
  package func run() throws -> Outcome {
    try timeline.require(state.position, at: checkpointPlace)
    try loadState()
    network.frozen = recipe.frozen
    // Where a training that was done gets another phase.
    if let next = timeline.nextPhase(at: state.position) { try begin(phase: next) }
    if !state.position.isStart { lastCheckpoint = state.position }
    let loader = data.loader(
      for: network.program,
      from: .init(epoch: state.position.epoch, step: state.position.step * recipe.accumulate),
      endEpoch: recipe.epochs, threads: context.threads)
    defer { loader.stop() }
    var step = OptimizerStep(recipe, on: network, from: loader)
    while !timeline.isOver(at: state.position) {
      guard let pace = try runEpoch(&step, loader) else { return .stopped(at: state.position) }
      try finishEpoch(pace)
    }
    return .finished
  }

  /// Loads the state's tensors into the network.
  func loadState() throws {
    try network.load(state.parameters)
    try network.loadOptimizerState(state.optimizer)
  }

  /// Keeps a checkpoint where the run has to stop before its next step.
  ///
  /// - Returns: whether the deadline has passed.
  /// - Throws: `CancelledBySignal` where a signal came.
  func stopsHere() throws -> Bool {
    if let signal = context.cancellation.requested {
      try keepCheckpoint()
      throw CancelledBySignal(signal: signal)
    }
    guard let deadline, ContinuousClock.now >= deadline else { return false }
    try keepCheckpoint()
    return true
  }
}
