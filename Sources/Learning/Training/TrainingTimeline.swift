import Diagnostics

/// A recipe laid out over the optimiser steps of its data.
struct TrainingTimeline {
  let recipe: TrainingRecipe
  let stepsPerEpoch: Int

  /// The number of steps of the whole training.
  var totalSteps: Int { recipe.epochs * stepsPerEpoch }

  /// Whether the last phase is over.
  func isOver(at position: TrainingPosition) -> Bool {
    position.phase == recipe.phases.count - 1 && isPhaseOver(at: position)
  }

  /// Whether the phase has had its epochs, or is ended early.
  private func isPhaseOver(at position: TrainingPosition) -> Bool {
    let epochs = position.epoch - firstEpochOfPhase(at: position)
    guard position.step == 0, epochs > 0 else { return false }
    return epochs >= phase(at: position).epochs || isEndedEarly(at: position)
  }

  /// Whether the phase has no more epochs although it was given more.
  func isEndedEarly(at position: TrainingPosition) -> Bool {
    guard let stop = recipe.stop, let stopping = position.stopping else { return false }
    return stopping.scores.count < phase(at: position).epochs && stop.ends(after: stopping.scores)
  }

  /// The epoch that the position's phase has begun with.
  private func firstEpochOfPhase(at position: TrainingPosition) -> Int {
    position.stopping?.phaseStart ?? recipe.firstEpoch(ofPhase: position.phase)
  }

  func phase(at position: TrainingPosition) -> TrainingPhase { recipe.phases[position.phase] }

  /// The phase that takes over at the position; `nil` inside a phase.
  func nextPhase(at position: TrainingPosition) -> Int? {
    let next = position.phase + 1
    return next < recipe.phases.count && isPhaseOver(at: position) ? next : nil
  }

  /// Steps taken since the training began.
  func steps(before position: TrainingPosition) -> Int {
    position.epoch * stepsPerEpoch + position.step
  }

  /// Steps taken since the phase began.
  func stepsOfPhase(before position: TrainingPosition) -> Int {
    (position.epoch - firstEpochOfPhase(at: position)) * stepsPerEpoch + position.step
  }

  /// The phase's schedule, with what it has seen up to the position.
  func schedule(at position: TrainingPosition) -> LearningRateSchedule {
    var schedule = phase(at: position).schedule
    if let progress = position.schedule { schedule.progress = progress }
    return schedule
  }

  /// The rate of the next step at the position.
  func rate(at position: TrainingPosition) -> Double {
    schedule(at: position).rate(step: stepsOfPhase(before: position))
  }

  /// The rate of the last step before the position.
  func lastRate(before position: TrainingPosition) -> Double {
    schedule(at: position).rate(step: max(stepsOfPhase(before: position) - 1, 0))
  }

  /// Refuses a position that no run of this recipe reaches.
  ///
  /// - Parameter place: where the checkpoint is, for the error.
  /// - Throws: `badData` where it is such a position.
  func require(_ position: TrainingPosition, at place: String) throws {
    let isKnown =
      (0...recipe.epochs).contains(position.epoch)
      && (0...stepsPerEpoch).contains(position.step)
      && recipe.phases.indices.contains(position.phase)
    // A phase may be over, where another was added since.
    guard isKnown, case let epochs = position.epoch - firstEpochOfPhase(at: position),
      (0...phase(at: position).epochs).contains(epochs),
      epochs < phase(at: position).epochs || position.step == 0,
      position.stopping.map({ $0.scores.count == epochs }) ?? true
    else {
      throw IchorError(
        .badData, code: "checkpoint-position",
        "The checkpoint stands at \(position) in phase \(TrainingPosition.ordinal(position.phase)), "
          + "where this training of \(recipe.epochs) epochs of \(stepsPerEpoch) steps never stands",
        remedy: "Run the stage with --force to begin anew.", at: place)
    }
  }
}
