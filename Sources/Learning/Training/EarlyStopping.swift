/// Ends a phase whose score stops falling: Keras's `EarlyStopping` with `mode="min"`, which ends one
/// `fit` as this ends one phase.
package struct EarlyStopping: Sendable, Hashable {
  /// Epochs without improvement after which the phase ends.
  package let patience: Int
  /// A score counts as an improvement where it is below the best by more than this.
  package let minDelta: Double

  /// - Precondition: at least one epoch, and no negative difference.
  package init(patience: Int, minDelta: Double) {
    precondition(patience > 0 && minDelta >= 0, "early stopping waits, and asks for improvement")
    self.patience = patience
    self.minDelta = minDelta
  }

  /// What a checkpoint keeps: the scores decide, so that another patience decides anew.
  package struct Progress: Sendable, Equatable {
    /// The epoch that the phase began with, counted from 0.
    package internal(set) var phaseStart = 0
    /// The monitor's scores of the phase's epochs; lower is better.
    package internal(set) var scores: [Double] = []
    /// The epochs after which phases were ended early, counted from 1.
    package internal(set) var ended: [Int] = []
  }

  /// Whether a phase ends after epochs with these scores. One that is not finite is no improvement.
  package func ends(after scores: [Double]) -> Bool {
    var best = Double.infinity
    var wait = 0
    for score in scores {
      if score.isFinite, score < best - minDelta {
        best = score
        wait = 0
      } else {
        wait += 1
      }
    }
    return wait >= patience
  }
}
