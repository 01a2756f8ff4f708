extension Watchdog {
  /// What happens when a check finds trouble.
  public enum Action: String, Sendable, Hashable {
    case stop
    /// Says so once.
    case warn
    /// Doesn't look.
    case off
  }

  /// What a training can suffer from.
  public enum Trouble: String, Sendable, Hashable, Codable, CaseIterable {
    case noSkill = "no-skill"
    case deadGradients = "dead-gradients"
    case constantOutput = "constant-output"
    case divergence
  }

  /// What is looked for, and what is done about it.
  public struct Rules: Sendable, Hashable {
    public var actions: [Trouble: Action]
    /// Epochs after which the best validation loss has to be below the floor.
    public var floorEpochs: Int
    /// Steps on end without a gradient.
    public var deadSteps: Int
    /// Largest range of a label's probabilities over the held-out fold that counts as constant.
    public var spread: Double
    /// How many times its reference the running mean of the training loss may be.
    public var divergenceFactor: Double
    /// Steps over which the running mean is taken, and for which it has to be too high.
    public var window: Int

    /// Troubles that `actions` does not name are not looked for.
    public init(
      actions: [Trouble: Action], floorEpochs: Int = 3, deadSteps: Int = 20, spread: Double = 1e-6,
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

  /// Trouble, with its figures.
  public struct Verdict: Sendable, Equatable {
    public let trouble: Trouble
    /// `stop` or `warn`.
    public let action: Action
    public let message: String
    public let remedy: String
  }
}
