import Vocabulary

extension Watchdog {
  /// What a training run can suffer from.
  package enum Trouble: String, Sendable, Hashable, Codable, CaseIterable {
    case noSkill = "no-skill"
    case deadGradients = "dead-gradients"
    case constantOutput = "constant-output"
    case divergence
  }

  /// What the watchdog looks for, and what is done about it.
  package struct Rules: Sendable, Hashable {
    package var actions: [Trouble: WatchdogAction]
    /// Epochs after which the best validation loss has to be below the floor.
    package var floorEpochs: Int
    /// Consecutive steps without a gradient.
    package var deadSteps: Int
    /// Largest range of a label's probabilities over the held-out fold that counts as constant.
    package var spread: Double
    /// How many times its reference the running mean of the training loss may be.
    package var divergenceFactor: Double
    /// Steps over which the running mean is taken, and for which it has to be too high.
    package var window: Int

    /// Ignores troubles that `actions` does not name.
    package init(
      actions: [Trouble: WatchdogAction], floorEpochs: Int = 3, deadSteps: Int = 20,
      spread: Double = 1e-6,
      divergenceFactor: Double = 3, window: Int = 100
    ) {
      precondition(
        floorEpochs > 0 && deadSteps > 0 && window > 0 && spread >= 0 && divergenceFactor >= 1,
        "epochs, steps and windows are at least 1, a loss may stay where it is")
      self.actions = actions
      self.floorEpochs = floorEpochs
      self.deadSteps = deadSteps
      self.spread = spread
      self.divergenceFactor = divergenceFactor
      self.window = window
    }
  }

  /// One trouble, with its figures.
  package struct Verdict: Sendable, Equatable {
    package let trouble: Trouble
    /// `stop` or `warn`.
    package let action: WatchdogAction
    package let message: String
    package let remedy: String
  }
}
