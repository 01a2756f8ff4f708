import Diagnostics

/// A recipe laid out over the optimiser steps of its data.
struct TrainingTimeline {
  let recipe: TrainingRecipe
  let stepsPerEpoch: Int

  /// The number of steps of the whole training.
  var totalSteps: Int { recipe.epochs * stepsPerEpoch }

  func isOver(at position: TrainingPosition) -> Bool { position.epoch >= recipe.epochs }

  func phase(at position: TrainingPosition) -> TrainingPhase { recipe.phases[position.phase] }

  /// The phase that takes over at the position; `nil` inside a phase.
  func nextPhase(at position: TrainingPosition) -> Int? {
    let next = position.phase + 1
    guard next < recipe.phases.count, position.epoch == recipe.firstEpoch(ofPhase: next) else {
      return nil
    }
    return next
  }

  /// Steps taken since the training began.
  func steps(before position: TrainingPosition) -> Int {
    position.epoch * stepsPerEpoch + position.step
  }

  /// Steps taken since the phase began.
  func stepsOfPhase(before position: TrainingPosition) -> Int {
    (position.epoch - recipe.firstEpoch(ofPhase: position.phase)) * stepsPerEpoch + position.step
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
    guard isKnown, recipe.firstEpoch(ofPhase: position.phase) <= position.epoch,
      !isOver(at: position) || position.step == 0, nextPhase(at: position) == nil
    else {
      throw IchorError(
        .badData, code: "checkpoint-position",
        "The checkpoint stands at \(position) in phase \(TrainingPosition.ordinal(position.phase)), "
          + "where this training of \(recipe.epochs) epochs of \(stepsPerEpoch) steps never stands",
        remedy: "Run the stage with --force to begin anew.", at: place)
    }
  }
}
