import Diagnostics
import Foundation
import SliceLoading

/// How fast an epoch's steps went in this run.
struct EpochPace {
  var images = 0
  var seconds = 0.0
  /// The part of these seconds that was spent waiting for data.
  var waited = 0.0

  var imagesPerSecond: Double { seconds > 0 ? Double(images) / seconds : 0 }
  var dataWait: Double { seconds > 0 ? waited / seconds : 0 }
}

extension Trainer {
  /// Takes the remaining steps of the epoch.
  ///
  /// - Returns: `nil` where the deadline came before the last of them.
  func runEpoch(_ step: inout OptimizerStep, _ loader: BatchLoader) throws -> EpochPace? {
    var pace = EpochPace()
    let phase = timeline.phase(at: state.position)
    let waitedBefore = loader.secondsWaited
    let clock = ContinuousClock()
    let begun = clock.now
    while state.position.step < timeline.stepsPerEpoch {
      if try stopsHere() { return nil }
      try take(&step, phase)
      pace.images += step.images
      reportProgress()
      if let every = recipe.checkpointSteps, state.position.step < timeline.stepsPerEpoch,
        timeline.steps(before: state.position).isMultiple(of: every)
      {
        try keepCheckpoint()
      }
    }
    pace.seconds = (clock.now - begun) / .seconds(1)
    pace.waited = loader.secondsWaited - waitedBefore
    return pace
  }

  private func take(_ step: inout OptimizerStep, _ phase: TrainingPhase) throws {
    let result: OptimizerStep.Result
    do {
      result = try step.run(phase, rate: timeline.rate(at: state.position))
    } catch let fault as TrainingStep.LossNotFinite {
      state.position.step += 1
      throw broken(fault.asIchorError.code, fault.asIchorError.message)
    }
    state.position.lossSum += result.loss
    state.position.step += 1
    try sampleWeights()
    let verdict = watchdog.stepFinished(loss: result.loss, gradientNorm: result.gradientNorm)
    state.position.watchdog = watchdog.state
    guard let verdict else { return }
    if verdict.action == .stop { try keepCheckpoint() }
    try tell(verdict)
  }

  /// Adds the weights to their average, where this step's are wanted.
  private func sampleWeights() throws {
    let steps = timeline.stepsOfPhase(before: state.position)
    guard let average = recipe.average, average.samples(afterSteps: steps) else { return }
    state.average = average.adding(
      try network.parameters(), to: state.average, afterSteps: steps)
  }

  /// Reports what the watchdog has found.
  ///
  /// - Throws: `badData` where the verdict is to stop.
  func tell(_ verdict: Watchdog.Verdict) throws {
    if verdict.action == .stop {
      throw IchorError(
        .badData, code: verdict.trouble.rawValue, verdict.message,
        remedy: "\(verdict.remedy) Or set the watchdog to warn, and run again to go on.")
    }
    context.logger.warning("\(verdict.message). \(verdict.remedy)")
  }

  private func reportProgress() {
    let position = state.position
    context.progress.report(
      completed: timeline.steps(before: position), total: timeline.totalSteps, unit: "steps",
      detail: "epoch \(position.epoch + 1)/\(recipe.epochs), loss "
        + String(format: "%.4f", position.lossSum / Double(position.step)) + lastValidation)
  }
}
