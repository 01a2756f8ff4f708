import CSV
import Diagnostics
import Foundation
import PipelineContract

/// `train/MODEL/history.csv`: one row an epoch.
struct TrainingHistory: Sendable {
  struct Epoch: Sendable, Equatable {
    let epoch: Int
    let phase: String
    let learningRate: Double?
    let trainLoss: Double?
    let validationLoss: Double?
    let skill: Double?
    let imagesPerSecond: Double?
    let dataWait: Double?
  }

  let epochs: [Epoch]

  /// The epoch of the least validation loss.
  var best: Epoch? {
    epochs.filter { $0.validationLoss != nil }
      .min { ($0.validationLoss ?? .infinity) < ($1.validationLoss ?? .infinity) }
  }

  init(epochs: [Epoch]) { self.epochs = epochs }

  /// An empty cell is a value that does not exist, such as the loss of a diverged epoch.
  init(file: URL) throws {
    let table = try CSVTable(file: file)
    func column(_ name: String) throws -> (CSVRow) -> Double? {
      let index = try table.column(name)
      return { Double($0[index]).flatMap { $0.isFinite ? $0 : nil } }
    }
    let (epoch, phase) = (
      try table.column(HistoryColumn.epoch), try table.column(HistoryColumn.phase)
    )
    let learningRate = try column(HistoryColumn.learningRate)
    let trainLoss = try column(HistoryColumn.trainLoss)
    let validationLoss = try column(HistoryColumn.validationLoss)
    let skill = try column(HistoryColumn.skill)
    let imagesPerSecond = try column(HistoryColumn.imagesPerSecond)
    let dataWait = try column(HistoryColumn.dataWait)
    epochs = try table.rows.map { row in
      Epoch(
        epoch: try row.integer(epoch, name: HistoryColumn.epoch), phase: row[phase],
        learningRate: learningRate(row), trainLoss: trainLoss(row),
        validationLoss: validationLoss(row), skill: skill(row),
        imagesPerSecond: imagesPerSecond(row), dataWait: dataWait(row))
    }
  }
}
