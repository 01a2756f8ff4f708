import ArtifactTables
import ComputeGraph
import Diagnostics
import Foundation
import Logging
import PipelineContract
import Training
import Vocabulary

/// What a training leaves in its folder while it runs: checkpoints, the history, lines of the log.
final class TrainingJournal {
  private let folder: URL
  private let graph: Graph
  private let stepsPerEpoch: Int
  private let epochs: Int
  private let logger: Logger
  private var history: HistoryRecorder

  /// - Parameters:
  ///   - epochs: those of the whole training.
  ///   - finished: epochs that the checkpoint has finished, whose history is taken over.
  /// - Throws: `IchorError(.badData)` where the history does not reach that far.
  init(
    folder: URL, graph: Graph, stepsPerEpoch: Int, epochs: Int, finished: Int, logger: Logger
  ) throws {
    self.folder = folder
    self.graph = graph
    self.stepsPerEpoch = stepsPerEpoch
    self.epochs = epochs
    self.logger = logger
    history = try HistoryRecorder(folder: folder, keeping: finished)
  }

  /// The epoch whose weights are kept, with the numbers that its file has.
  func kept(by monitor: Monitor) -> ModelCard.Kept? {
    guard let row = history.kept else { return nil }
    let score: Double? =
      switch monitor {
      case .loss: row.validationLoss
      case .labelLoss(let label): row.labelLosses[label.place]
      case .labelAUC(let label): row.labelAUCs[label.place]
      }
    func rounded(_ value: Double?) -> Double {
      value.flatMap { Double(SignificantDigits.text($0)) } ?? .nan
    }
    return ModelCard.Kept(
      epoch: row.epoch, monitor: monitor, score: rounded(score),
      validationLoss: rounded(row.validationLoss))
  }

  /// The trainer's last checkpoint of an epoch comes last: whatever a kill leaves, resuming from
  /// the one before writes the rest again.
  var events: Trainer.Events {
    Trainer.Events(
      epochFinished: { [self] record, parameters, isBest in
        if isBest {
          try TrainingCheckpoint.writeWeights(
            parameters, steps: record.epoch * stepsPerEpoch, to: file(ArtifactLayout.Train.best))
        }
        try history.append(record, isKept: isBest, at: Date().timeIntervalSince1970)
        log(record)
      },
      checkpoint: { [self] state in
        try TrainingResume.keepPrevious(in: folder)
        try TrainingCheckpoint.write(
          state, stepsPerEpoch: stepsPerEpoch, to: file(ArtifactLayout.Train.last))
      },
      bestParameters: { [self] in
        try TrainingCheckpoint.readWeights(file(ArtifactLayout.Train.best), for: graph)
      })
  }

  private func log(_ record: EpochRecord) {
    func text(_ value: Double) -> String { String(format: "%.4f", value) }
    logger.info(
      "\(LeakyStamp.prefix(record.leaky))epoch \(record.epoch) of \(epochs)",
      metadata: [
        "train_loss": "\(text(record.trainLoss))",
        "validation_loss": "\(text(record.validation.loss))",
        "skill": "\(record.skill.map(text) ?? "undefined")",
        "images_per_second": "\(String(format: "%.1f", record.imagesPerSecond))",
        "data_wait": "\(text(record.dataWait))",
      ])
  }

  private func file(_ name: String) -> URL { folder.appendingPathComponent(name) }
}
