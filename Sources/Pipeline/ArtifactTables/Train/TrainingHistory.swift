/// `train/MODEL/history.csv`.
package typealias TrainingHistory = EpochTable<HistoryRow>

extension TrainingHistory {
  /// The epoch whose weights `best.safetensors` holds; `nil` before the first has ended.
  package var kept: HistoryRow? { epochs.last { $0.kept } }

  /// Whether any epoch has a finite validation loss.
  package var hasLoss: Bool { epochs.contains { $0.validationLoss?.isFinite ?? false } }
}
