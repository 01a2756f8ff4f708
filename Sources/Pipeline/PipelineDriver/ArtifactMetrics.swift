import ArtifactTables
import Foundation
import PipelineContract
import Vocabulary

/// What an artifact is judged by: names and numbers, the most important first.
struct ArtifactMetrics {
  private(set) var values: [(name: String, value: Double)] = []

  /// The first of them, which says most in one number.
  var headline: (name: String, value: Double)? { values.first }

  /// Of a whole artifact in a folder; none where its files can't be read or hold no such numbers.
  init(_ artifact: ArtifactHistory.Kept) {
    let folder = artifact.folder
    func file(_ name: String) -> URL { folder.appendingPathComponent(name) }
    switch artifact.manifest.stage {
    case .phantom: add("slices", artifact.manifest.slices.map(Double.init))
    case .convert:
      for (name, count) in (artifact.manifest.counts ?? [:]).sorted(by: Self.slicesFirst) {
        add(name, Double(count))
      }
    case .split: addSplit(try? SplitSummary.read(from: file(ArtifactLayout.Split.summary)))
    case .train: addTraining(try? TrainingHistory(file: file(ArtifactLayout.Train.history)))
    case .predict:
      addCalibration(try? PriorCalibration.read(from: file(ArtifactLayout.Predict.calibration)))
    case .merge: addMerge(try? MergeMetrics.read(from: file(ArtifactLayout.Merge.metrics)))
    case .report: break
    }
  }

  private static func slicesFirst(
    _ left: (key: String, value: Int), _ right: (key: String, value: Int)
  )
    -> Bool
  {
    let rank = { (key: String) in key == Manifest.slicesCount ? 0 : 1 }
    return (rank(left.key), left.key) < (rank(right.key), right.key)
  }

  private mutating func add(_ name: String, _ value: Double?) {
    if let value { values.append((name, value)) }
  }

  private mutating func addSplit(_ summary: SplitSummary?) {
    guard let summary else { return }
    add("slices", Double(summary.total.slices))
    add("patients", Double(summary.total.patients))
    add("folds", Double(summary.folds.count))
  }

  /// Those of the epoch whose weights are kept.
  private mutating func addTraining(_ history: TrainingHistory?) {
    guard let history, let kept = history.kept else { return }
    let stamp = LeakyStamp.suffix(kept.leaky)
    add(HistoryColumn.validationLoss + stamp, kept.validationLoss)
    add(HistoryColumn.skill + stamp, kept.skill)
    add(HistoryColumn.trainLoss, kept.trainLoss)
    add("kept epoch", Double(kept.epoch))
    add("epochs", Double(history.epochs.count))
    for (label, loss) in zip(Label.allCases, kept.labelLosses) {
      add(HistoryColumn.loss(label) + stamp, loss)
    }
    for (label, auc) in zip(Label.allCases, kept.labelAUCs) {
      add(HistoryColumn.auc(label) + stamp, auc)
    }
  }

  private mutating func addCalibration(_ calibration: PriorCalibration?) {
    guard let calibration else { return }
    let stamp = LeakyStamp.suffix(calibration.leaky)
    add("loss" + stamp, calibration.applied ? calibration.lossAfter : calibration.lossBefore)
    add("loss without correction" + stamp, calibration.lossBefore)
    add("loss with correction" + stamp, calibration.lossAfter)
  }

  private mutating func addMerge(_ metrics: MergeMetrics?) {
    guard let metrics else { return }
    let stamp = LeakyStamp.suffix(metrics.leaky)
    add("loss" + stamp, metrics.merged.loss)
    add("skill" + stamp, metrics.skill)
    add("loss of the constant predictor", metrics.constant.loss)
    for (model, scores) in metrics.models.sorted(by: { $0.key < $1.key }) {
      add("loss of \(model)" + stamp, scores.loss)
    }
    for label in Label.allCases {
      let score = metrics.merged.labels[label.rawValue]
      add(HistoryColumn.loss(label) + stamp, score?.logLoss)
      add(HistoryColumn.auc(label) + stamp, score?.auc)
    }
    add("images submitted", Double(metrics.submitted))
    add("images without a prediction", Double(metrics.fallback))
  }
}
