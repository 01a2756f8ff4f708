import Diagnostics
import Foundation
import Metrics
import TensorCore

extension Trainer {
  /// What comes after an epoch's steps: validation, the choice of the best, perhaps a new phase, and
  /// a checkpoint.
  func finishEpoch(_ pace: EpochPace) throws {
    try captureNetwork()
    let judged = state.average.isEmpty ? state.parameters : state.average
    let outcome = try validate(judged)
    let loss = outcome.evaluation.loss
    let score = recipe.monitor.score(outcome.evaluation)
    try events.epochFinished(record(outcome, pace), judged, isBest(score))
    state.position.stopping?.scores.append(score)
    lastValidation =
      ", \(validator.isLeaky ? "LEAKY " : "")validation " + String(format: "%.4f", loss)
      + String(format: " (constant %.4f)", outcome.floor.loss)
    var schedule = timeline.schedule(at: state.position)
    schedule.epochFinished(validationLoss: loss)
    state.position.schedule = schedule.progress
    state.position.epoch += 1
    state.position.step = 0
    state.position.lossSum = 0
    noteEarlyEnd()
    // A phase begins in the same checkpoint that ends the one before: a resume finds either.
    if let next = timeline.nextPhase(at: state.position) { try begin(phase: next) }
    let verdicts = watchdog.epochFinished(validationLoss: loss, spread: outcome.spread)
    state.position.watchdog = watchdog.state
    try saveCheckpoint()
    for verdict in verdicts { try tell(verdict) }
  }

  private func validate(_ parameters: NamedTensors) throws -> Validator.Outcome {
    do {
      return try validator.evaluate(parameters, epoch: state.position.epoch, context: context)
    } catch let stop as CancelledBySignal {
      // The epoch's steps are done: a resume from here only validates.
      try saveCheckpoint()
      throw stop
    }
  }

  private func record(_ outcome: Validator.Outcome, _ pace: EpochPace) -> EpochRecord {
    let position = state.position
    return EpochRecord(
      epoch: position.epoch + 1, phase: timeline.phase(at: position).name,
      learningRate: timeline.lastRate(before: position),
      trainLoss: position.lossSum / Double(timeline.stepsPerEpoch),
      validation: outcome.evaluation, leaky: validator.isLeaky,
      skill: skill(loss: outcome.evaluation.loss, floor: outcome.floor.loss),
      imagesPerSecond: pace.imagesPerSecond, dataWait: pace.dataWait)
  }

  /// Whether this is the monitor's best score so far; if so, it is remembered.
  private func isBest(_ score: Double) -> Bool {
    if let best = state.position.bestScore, !(score < best) { return false }
    state.position.bestScore = score
    return true
  }

  private func noteEarlyEnd() {
    guard let stop = recipe.stop, timeline.isEndedEarly(at: state.position) else { return }
    let epoch = state.position.epoch
    state.position.stopping?.ended.append(epoch)
    context.logger.notice(
      """
      early stopping: \(recipe.monitor.rawValue) has not improved by more than \(stop.minDelta) for \
      \(stop.patience) epochs, so the phase \(timeline.phase(at: state.position).name) ends after epoch \
      \(epoch)
      """)
  }

  func begin(phase: Int) throws {
    state.position.phase = phase
    let epoch = state.position.epoch
    state.position.stopping?.phaseStart = epoch
    state.position.stopping?.scores = []
    state.position.schedule = nil
    state.optimizer = NamedTensors()
    state.average = NamedTensors()
    if recipe.phases[phase].startsFromBest { state.parameters = try events.bestParameters() }
    try loadState()
  }
}
