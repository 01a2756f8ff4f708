import ComputeGraph
import Vocabulary

/// One optimiser with its schedule, for a number of epochs.
package struct TrainingPhase: Sendable {
  /// What the history calls it.
  package var name: String
  package var epochs: Int
  /// What a step does; the schedule sets its rate.
  package var rule: UpdateRule
  /// The learning rate over the steps of this phase.
  package var schedule: LearningRateSchedule
  /// The global norm that gradients are scaled down to.
  package var clipNorm: Double?
  /// Whether the phase, unless it is the first, continues from the best weights so far instead of
  /// the last ones.
  package var startsFromBest: Bool

  package init(
    name: String, epochs: Int, rule: UpdateRule, schedule: LearningRateSchedule,
    clipNorm: Double? = nil, startsFromBest: Bool = true
  ) {
    precondition(epochs > 0, "a phase takes at least one epoch")
    self.name = name
    self.epochs = epochs
    self.rule = rule
    self.schedule = schedule
    self.clipNorm = clipNorm
    self.startsFromBest = startsFromBest
  }
}

/// How a model is trained.
package struct TrainingRecipe: Sendable {
  /// The phases, at least one.
  package var phases: [TrainingPhase]
  package var loss: WeightedBinaryCrossEntropy
  /// Batches whose mean gradient makes one step.
  package var accumulate = 1
  /// Parameters that stay as they are, by name.
  package var frozen: Set<String> = []
  /// What is validated and kept as the best, instead of the last step's weights; `nil` for those.
  package var average: WeightAverage?
  /// The score by which the best weights are chosen.
  package var monitor = Monitor.loss
  /// What ends a phase before its last epoch; `nil`: nothing does.
  package var stop: EarlyStopping?
  /// Nothing is looked for by default.
  package var watchdog = Watchdog.Rules(actions: [:])
  /// Steps between two checkpoints; `nil`: at the ends of epochs only.
  package var checkpointSteps: Int?

  package init(phases: [TrainingPhase], loss: WeightedBinaryCrossEntropy) {
    precondition(!phases.isEmpty, "a training has at least one phase")
    self.phases = phases
    self.loss = loss
  }

  /// The most epochs that all phases can have together.
  package var epochs: Int { phases.reduce(0) { $0 + $1.epochs } }

  /// The epoch that a phase begins with.
  func firstEpoch(ofPhase phase: Int) -> Int { phases[..<phase].reduce(0) { $0 + $1.epochs } }
}
