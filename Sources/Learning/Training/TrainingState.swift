import TensorCore

/// Everything a training needs to go on as if it had never stopped.
package struct TrainingState: Sendable {
  /// Parameters and running statistics by checkpoint name.
  package var parameters: NamedTensors
  /// The optimiser's running sums by `<slot>.<parameter>`; empty before a phase's first step.
  package var optimizer: NamedTensors
  /// The phase's average of parameters and statistics; empty before its first sample.
  package var average: NamedTensors
  /// The next step to take; epochs count over all phases.
  package var epoch: Int
  package var step: Int
  package var phase: Int
  /// Sum of the losses of the epoch's steps so far.
  package var lossSum: Double
  /// What the phase's schedule has seen; `nil` at the phase's start.
  package var schedule: PlateauSchedule.Progress?
  package var watchdog: Watchdog.State
  /// Lowest score of the monitor so far; `nil` before the first epoch's end.
  package var bestScore: Double?

  package init(
    parameters: NamedTensors, optimizer: NamedTensors = NamedTensors(),
    average: NamedTensors = NamedTensors(), epoch: Int = 0,
    step: Int = 0, phase: Int = 0, lossSum: Double = 0,
    schedule: PlateauSchedule.Progress? = nil, watchdog: Watchdog.State = Watchdog.State(),
    bestScore: Double? = nil
  ) {
    self.parameters = parameters
    self.optimizer = optimizer
    self.average = average
    self.epoch = epoch
    self.step = step
    self.phase = phase
    self.lossSum = lossSum
    self.schedule = schedule
    self.watchdog = watchdog
    self.bestScore = bestScore
  }
}
