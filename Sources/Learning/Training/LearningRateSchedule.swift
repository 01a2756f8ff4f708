import Diagnostics
import Foundation

/// The learning rate of every step of a phase: a linear warm-up, and one of four shapes.
package struct LearningRateSchedule: Sendable, Hashable {
  package enum Shape: Sendable, Hashable {
    case constant
    /// Half a cosine to 0, from the end of the warm-up to the last step.
    case cosine
    /// Times `factor` after every `every` steps, including those of the warm-up.
    case step(every: Int, factor: Double)
    /// Lowered according to the validation loss of the epochs.
    case plateau(PlateauSchedule)
  }

  package let peak: Double
  package let shape: Shape
  /// Steps over which the rate climbs to its peak; that of the first one is already above 0.
  package let warmupSteps: Int
  /// Steps of the whole phase.
  package let totalSteps: Int
  /// What a plateau has seen so far; for a checkpoint to keep and to restore.
  package var progress: PlateauSchedule.Progress

  /// - Precondition: the steps are not negative, a step's length and factor are positive.
  package init(peak: Double, shape: Shape, warmupSteps: Int, totalSteps: Int) {
    precondition(warmupSteps >= 0 && totalSteps >= 0, "a schedule counts steps from 0")
    if case .step(let every, let factor) = shape {
      precondition(every > 0 && factor > 0, "a step has a length and leaves a rate")
    }
    self.peak = peak
    self.shape = shape
    self.warmupSteps = warmupSteps
    self.totalSteps = totalSteps
    progress = PlateauSchedule.Progress(rate: peak)
  }

  /// The rate of step `step`, counted from 0 over all epochs of the phase.
  package func rate(step: Int) -> Double {
    let climb = step < warmupSteps ? Double(step + 1) / Double(warmupSteps) : 1
    switch shape {
    case .constant: return peak * climb
    case .cosine:
      if step < warmupSteps { return peak * climb }
      let remaining = max(totalSteps - warmupSteps, 1)
      let progress = min(Double(step - warmupSteps) / Double(remaining), 1)
      return peak * 0.5 * (1 + cos(Double.pi * progress))
    case .step(let every, let factor):
      return peak * pow(factor, Double(step / every)) * climb
    case .plateau: return progress.rate * climb
    }
  }

  /// Takes in the validation loss after each epoch; only a plateau looks at it.
  package mutating func epochFinished(validationLoss: Double) {
    guard case .plateau(let plateau) = shape else { return }
    plateau.epochFinished(validationLoss: validationLoss, &progress)
  }

  /// Refuses a warm-up or a cosine that the phase is too short for, as only the data can tell.
  ///
  /// - Parameter key: the phase's dotted configuration key, for the error.
  /// - Throws: `configuration` where the phase is too short.
  package func requireEffect(at key: String) throws {
    if warmupSteps > 0, warmupSteps >= totalSteps {
      throw IchorError(
        .configuration, code: "schedule-never-acts",
        "The phase has \(totalSteps) steps, so the rate would never reach its peak after "
          + "\(warmupSteps) steps of warm-up",
        remedy: "Warm up for fewer steps.", at: "\(key).warmup_steps")
    }
    if shape == .cosine, totalSteps - warmupSteps < 2 {
      throw IchorError(
        .configuration, code: "schedule-never-acts",
        "A cosine over \(totalSteps - warmupSteps) steps never falls",
        remedy: "Use more steps, or schedule: constant.", at: "\(key).schedule")
    }
  }
}
