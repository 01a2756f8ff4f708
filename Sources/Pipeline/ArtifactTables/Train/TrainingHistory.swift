/// `train/MODEL/history.csv`.
package typealias TrainingHistory = EpochTable<HistoryRow>

extension TrainingHistory {
  /// The epoch with the lowest validation loss; `nil` where none has a finite one.
  package var best: HistoryRow? {
    epochs.filter { $0.validationLoss?.isFinite ?? false }
      .min { ($0.validationLoss ?? .infinity) < ($1.validationLoss ?? .infinity) }
  }
}
