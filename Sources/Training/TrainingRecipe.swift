import ComputeGraph

/// One optimiser with its schedule, for a number of epochs.
public struct TrainingPhase: Sendable {
  /// What the history calls it.
  public var name: String
  public var epochs: Int
  /// The schedule sets its rate.
  public var rule: UpdateRule
  /// Over the steps of this phase.
  public var schedule: LearningRateSchedule
  /// The global norm that gradients are scaled down to.
  public var clipNorm: Double?
  /// Whether the phase, unless it is the first, goes on from the best weights so far instead of the
  /// last ones.
  public var startsFromBest: Bool

  public init(
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
public struct TrainingRecipe: Sendable {
  /// At least one.
  public var phases: [TrainingPhase]
  public var loss: WeightedBinaryCrossEntropy
  /// Batches whose mean gradient makes one step.
  public var accumulate = 1
  /// Parameters that stay as they are, by name.
  public var frozen: Set<String> = []
  /// What is validated and kept as the best instead of the last step's weights; `nil`: those.
  public var average: WeightAverage?
  /// What the best weights are chosen by.
  public var monitor = Monitor.loss
  /// Nothing is looked for by default.
  public var watchdog = Watchdog.Rules(actions: [:])
  /// Steps between two checkpoints; `nil`: at the ends of epochs only.
  public var checkpointSteps: Int?

  public init(phases: [TrainingPhase], loss: WeightedBinaryCrossEntropy) {
    precondition(!phases.isEmpty, "a training has at least one phase")
    self.phases = phases
    self.loss = loss
  }

  /// Of all phases.
  public var epochs: Int { phases.reduce(0) { $0 + $1.epochs } }

  /// The epoch that a phase begins with.
  func firstEpoch(ofPhase phase: Int) -> Int { phases[..<phase].reduce(0) { $0 + $1.epochs } }
}
