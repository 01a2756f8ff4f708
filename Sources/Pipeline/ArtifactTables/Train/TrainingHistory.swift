import Foundation
import PipelineContract

/// `train/MODEL/history.csv`.
package typealias TrainingHistory = EpochTable<HistoryRow>

extension TrainingHistory {
  /// The epoch whose weights `best.safetensors` holds; `nil` before the first has ended.
  package var kept: HistoryRow? { epochs.last { $0.kept } }

  /// Whether any epoch has a finite validation loss.
  package var hasLoss: Bool { epochs.contains { $0.validationLoss?.isFinite ?? false } }

  /// The epochs that a training has finished in a folder; 0 where its history can't be read.
  package static func finishedEpochs(in folder: URL) -> Int {
    let file = folder.appendingPathComponent(ArtifactLayout.Train.history)
    return (try? TrainingHistory(file: file).epochs.count) ?? 0
  }
}
