import Vocabulary

/// What the watchdog of a training looks for and does about it: `train.<model>.watchdog`.
package struct WatchdogParameters: Codable, Equatable, Sendable {
  /// When the best validation loss after `floorEpochs` is no better than the constant predictor's.
  package var floor: WatchdogAction
  package var floorEpochs: Int
  /// When the gradient of the first layer is zero for `deadSteps` steps in a row.
  package var deadGradients: WatchdogAction
  package var deadSteps: Int
  /// When all held-out slices get the same probabilities, within `spread`.
  package var constantOutput: WatchdogAction
  package var spread: Double
  /// When the training loss, averaged over 100 steps, is for 100 steps in a row more than
  /// `divergenceFactor` times its lowest, and above the constant predictor's loss.
  package var divergence: WatchdogAction
  package var divergenceFactor: Double

  package init(
    floor: WatchdogAction = .warn, floorEpochs: Int = 3, deadGradients: WatchdogAction = .stop,
    deadSteps: Int = 20, constantOutput: WatchdogAction = .stop, spread: Double = 1e-6,
    divergence: WatchdogAction = .stop, divergenceFactor: Double = 3
  ) {
    self.floor = floor
    self.floorEpochs = floorEpochs
    self.deadGradients = deadGradients
    self.deadSteps = deadSteps
    self.constantOutput = constantOutput
    self.spread = spread
    self.divergence = divergence
    self.divergenceFactor = divergenceFactor
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case floor
    case floorEpochs = "floor_epochs"
    case deadGradients = "dead_gradients"
    case deadSteps = "dead_steps"
    case constantOutput = "constant_output"
    case spread
    case divergence
    case divergenceFactor = "divergence_factor"
  }

  init(_ section: ConfigurationSection) throws {
    self.init()
    floor = try section.choice(CodingKeys.floor, default: floor)
    floorEpochs = try section.integer(CodingKeys.floorEpochs, default: floorEpochs, in: 1...100_000)
    deadGradients = try section.choice(CodingKeys.deadGradients, default: deadGradients)
    deadSteps = try section.integer(CodingKeys.deadSteps, default: deadSteps, in: 1...1_000_000)
    constantOutput = try section.choice(CodingKeys.constantOutput, default: constantOutput)
    spread = try section.number(CodingKeys.spread, default: spread, in: 0...1)
    divergence = try section.choice(CodingKeys.divergence, default: divergence)
    divergenceFactor = try section.number(
      CodingKeys.divergenceFactor, default: divergenceFactor, in: 1...1_000_000)
  }
}
