import TensorCore

/// Everything that a training run needs to continue as if it had never stopped.
package struct TrainingState: Sendable {
  /// Parameters and running statistics by checkpoint name.
  package var parameters: NamedTensors
  /// The optimiser's running sums by `<slot>.<parameter>`; empty before a phase's first step.
  package var optimizer: NamedTensors
  /// The phase's average of parameters and statistics; empty before its first sample.
  package var average: NamedTensors
  package var position: TrainingPosition

  package init(
    parameters: NamedTensors, optimizer: NamedTensors = NamedTensors(),
    average: NamedTensors = NamedTensors(), position: TrainingPosition = TrainingPosition()
  ) {
    self.parameters = parameters
    self.optimizer = optimizer
    self.average = average
    self.position = position
  }
}
