/// Lowers the rate when the validation loss stops falling: Keras's `ReduceLROnPlateau` with
/// `mode="min"`, parameter by parameter.
package struct PlateauSchedule: Sendable, Hashable {
  /// What the rate is multiplied by.
  package let factor: Double
  /// Epochs without improvement after which the rate is lowered.
  package let patience: Int
  /// A loss counts as an improvement where it is below the best by more than this.
  package let minDelta: Double
  /// Epochs after a reduction in which a missing improvement does not count; the last of them does
  /// again, as Keras counts down first.
  package let cooldown: Int
  /// The rate is never lowered below this.
  package let minimumRate: Double

  /// - Precondition: the factor lies between 0 and 1, nothing is negative.
  package init(
    factor: Double, patience: Int, minDelta: Double = 1e-4, cooldown: Int = 0,
    minimumRate: Double = 0
  ) {
    precondition(factor > 0 && factor < 1, "a plateau's factor lies between 0 and 1")
    precondition(
      patience >= 0 && minDelta >= 0 && cooldown >= 0 && minimumRate >= 0,
      "a plateau's parameters are not negative")
    self.factor = factor
    self.patience = patience
    self.minDelta = minDelta
    self.cooldown = cooldown
    self.minimumRate = minimumRate
  }

  /// What a checkpoint keeps of it.
  package struct Progress: Sendable, Hashable, Codable {
    /// The rate of the next epoch.
    package internal(set) var rate: Double
    /// The lowest loss that counted; `nil` before the first.
    package internal(set) var best: Double?
    /// Epochs since then.
    package internal(set) var wait = 0
    /// Epochs of cool-down left.
    package internal(set) var cooldown = 0

    package init(rate: Double, best: Double? = nil, wait: Int = 0, cooldown: Int = 0) {
      self.rate = rate
      self.best = best
      self.wait = wait
      self.cooldown = cooldown
    }
  }

  /// Takes in one epoch's validation loss. One that is not finite is no improvement.
  func epochFinished(validationLoss loss: Double, _ progress: inout Progress) {
    if progress.cooldown > 0 { progress.cooldown -= 1 }
    if loss.isFinite, progress.best.map({ loss + minDelta < $0 }) ?? true {
      progress.best = loss
      progress.wait = 0
      return
    }
    guard progress.cooldown == 0 else { return }
    progress.wait += 1
    guard progress.wait >= patience, progress.rate > minimumRate else { return }
    progress.rate = max(progress.rate * factor, minimumRate)
    progress.cooldown = cooldown
    progress.wait = 0
  }
}
