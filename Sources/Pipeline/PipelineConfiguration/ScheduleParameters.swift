import Vocabulary

/// How the learning rate of a phase changes: flat keys beside the phase's others.
package struct ScheduleParameters: Codable, Equatable, Sendable {
  package var schedule: ScheduleKind
  /// Steps in which the learning rate climbs from 0, in each phase.
  package var warmupSteps: Int
  /// What a step or a plateau multiplies the rate by.
  package var factor: Double
  /// Epochs between two steps.
  package var stepEpochs: Int
  /// Epochs without improvement that make a plateau.
  package var patience: Int
  /// How much lower a loss has to be to count as an improvement.
  package var minDelta: Double
  /// Epochs after a reduction that don't count.
  package var cooldown: Int
  /// The rate that a plateau never goes below.
  package var minLearningRate: Double

  package init(
    schedule: ScheduleKind = .cosine, warmupSteps: Int = 0, factor: Double = 0.1,
    stepEpochs: Int = 3,
    patience: Int = 3, minDelta: Double = 1e-4, cooldown: Int = 0, minLearningRate: Double = 0
  ) {
    self.schedule = schedule
    self.warmupSteps = warmupSteps
    self.factor = factor
    self.stepEpochs = stepEpochs
    self.patience = patience
    self.minDelta = minDelta
    self.cooldown = cooldown
    self.minLearningRate = minLearningRate
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case schedule
    case warmupSteps = "warmup_steps"
    case factor
    case stepEpochs = "step_epochs"
    case patience
    case minDelta = "min_delta"
    case cooldown
    case minLearningRate = "min_learning_rate"
  }

  /// - Parameters:
  ///   - section: holds these keys among others.
  ///   - defaults: those of the model, for a phase.
  init(_ section: ConfigurationSection, defaults: ScheduleParameters = ScheduleParameters()) throws
  {
    self = defaults
    schedule = try section.choice(CodingKeys.schedule, default: schedule)
    warmupSteps = try section.integer(
      CodingKeys.warmupSteps, default: warmupSteps, in: 0...1_000_000_000)
    factor = try section.number(CodingKeys.factor, default: factor, in: 0...1)
    stepEpochs = try section.integer(CodingKeys.stepEpochs, default: stepEpochs, in: 1...100_000)
    patience = try section.integer(CodingKeys.patience, default: patience, in: 0...100_000)
    minDelta = try section.number(CodingKeys.minDelta, default: minDelta, in: 0...1000)
    cooldown = try section.integer(CodingKeys.cooldown, default: cooldown, in: 0...100_000)
    minLearningRate = try section.number(
      CodingKeys.minLearningRate, default: minLearningRate, in: 0...1000)
  }

  /// Refuses a schedule that can never act in its phase, and keys that its kind doesn't read.
  ///
  /// - Parameters:
  ///   - section: the phase's own, for the place and for the keys that are set there.
  ///   - stepsPerEpoch: `nil` where it depends on the data.
  func requireEffect(
    in section: ConfigurationSection, epochs: Int, learningRate: Double, stepsPerEpoch: Int?
  ) throws {
    let acting = Set(actingKeys)
    for key in CodingKeys.allCases where section.node(key) != nil && !acting.contains(key) {
      throw section.fault(
        key, code: "setting-idle", "A \(schedule.rawValue) schedule does not read it",
        remedy: "Leave it out; \(schedule.rawValue) reads "
          + actingKeys.map(\.stringValue).joined(separator: ", ") + ".")
    }
    if let stepsPerEpoch, warmupSteps > 0, warmupSteps >= epochs * stepsPerEpoch {
      throw section.fault(
        CodingKeys.warmupSteps, code: "schedule-never-acts",
        "The phase has \(epochs * stepsPerEpoch) steps, so the rate would never reach its peak "
          + "after \(warmupSteps) steps of warm-up", remedy: "Warm up for fewer steps.")
    }
    switch schedule {
    case .constant, .cosine: break
    case .step: try requireStep(in: section, epochs: epochs)
    case .plateau: try requirePlateau(in: section, epochs: epochs, learningRate: learningRate)
    }
  }

  private var actingKeys: [CodingKeys] {
    switch schedule {
    case .constant, .cosine: [.schedule, .warmupSteps]
    case .step: [.schedule, .warmupSteps, .factor, .stepEpochs]
    case .plateau:
      [.schedule, .warmupSteps, .factor, .patience, .minDelta, .cooldown, .minLearningRate]
    }
  }

  private func requireStep(in section: ConfigurationSection, epochs: Int) throws {
    try requireFactor(in: section)
    if stepEpochs >= epochs {
      throw section.fault(
        CodingKeys.stepEpochs, code: "schedule-never-acts",
        "The first step would come after \(stepEpochs) epochs, but the phase has \(epochs)",
        remedy: "Use fewer than \(epochs), or “schedule: constant”.")
    }
  }

  /// The first epoch sets the best loss; `patience` epochs without a better one, at least one, and
  /// the next runs at the lower rate.
  private func requirePlateau(
    in section: ConfigurationSection, epochs: Int, learningRate: Double
  ) throws {
    try requireFactor(in: section)
    let first = max(patience, 1) + 2
    if first > epochs {
      throw section.fault(
        CodingKeys.patience, code: "schedule-never-acts",
        "The first epoch at a lower rate could be number \(first), but the phase has \(epochs)",
        remedy: epochs > 2
          ? "Use at most \(epochs - 2), or more epochs."
          : "Use at least 3 epochs, or “schedule: constant”.")
    }
    if minLearningRate >= learningRate {
      throw section.fault(
        CodingKeys.minLearningRate, code: "schedule-never-acts",
        "The rate \(learningRate) is not above \(minLearningRate), so it could never be lowered",
        remedy: "Use less than learning_rate.")
    }
  }

  private func requireFactor(in section: ConfigurationSection) throws {
    if factor == 0 || factor == 1 {
      throw section.fault(
        CodingKeys.factor, code: "schedule-never-acts",
        factor == 1
          ? "A factor of 1 leaves the rate as it is" : "A factor of 0 ends the training",
        remedy: "Use a number between 0 and 1, such as 0.1.")
    }
  }
}
