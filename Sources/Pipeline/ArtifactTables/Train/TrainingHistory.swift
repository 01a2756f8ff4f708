import Diagnostics
import DurableFiles
import Foundation
import PipelineContract

/// `train/MODEL/history.csv`: one row for each epoch, the first of them 1.
package struct TrainingHistory: Sendable, Equatable {
  package private(set) var epochs: [HistoryRow]

  package init(epochs: [HistoryRow] = []) { self.epochs = epochs }

  /// - Throws: `IchorError`: `.inputMissing` without the file, `.badData` with file and line for a
  ///   malformed one or one whose epochs are not consecutive.
  package init(file: URL) throws {
    let reader = try TableReader<HistoryRow>(file: file)
    var epochs: [HistoryRow] = []
    try reader.forEach { row in
      guard row.epoch == epochs.count + 1 else {
        throw TableFault.error(
          "history-epochs", "epoch \(row.epoch) stands where epoch \(epochs.count + 1) belongs",
          at: reader.location)
      }
      epochs.append(row)
    }
    self.epochs = epochs
  }

  /// The epoch with the lowest validation loss; `nil` where none has a finite one.
  package var best: HistoryRow? {
    epochs.filter { $0.validationLoss?.isFinite ?? false }
      .min { ($0.validationLoss ?? .infinity) < ($1.validationLoss ?? .infinity) }
  }

  package mutating func append(_ row: HistoryRow) { epochs.append(row) }

  /// Forgets the epochs after the first `count`.
  package mutating func keep(_ count: Int) { epochs = Array(epochs.prefix(count)) }

  /// Writes by rename, so that a reader sees the old file, the new one, or none.
  ///
  /// - Throws: `IchorError` or `SystemCallError` where the file can't be written.
  package func write(to file: URL) throws {
    let part = file.deletingLastPathComponent()
      .appendingPathComponent(".\(file.lastPathComponent).part")
    try TableWriter<HistoryRow>.write(epochs, to: part)
    try DurableFile.rename(part, to: file)
  }
}
