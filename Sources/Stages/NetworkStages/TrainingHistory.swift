import DurableFiles
import CSV
import Diagnostics
import Foundation
import PipelineContract
import TensorBoardEvents
import Training
import Vocabulary

/// `history.csv` and the TensorBoard events: one row an epoch.
///
/// The rows of a resumed run are read back, those past its checkpoint dropped: they will be
/// written again.
struct TrainingHistory {
  private let folder: URL
  private var rows: [[String]] = []

  /// - Parameter epochs: rows to take over from the folder's file.
  init(folder: URL, keeping epochs: Int) throws {
    self.folder = folder
    guard epochs > 0 else { return }
    let reader = try CSVReader(file: file, exact: HistoryColumn.all)
    while rows.count < epochs, let row = try reader.next() { rows.append(row.fields) }
    guard rows.count == epochs else {
      throw IchorError(
        .badData, code: "history-too-short",
        "\(rows.count) epochs are recorded, the checkpoint has finished \(epochs)",
        remedy: "run the stage with --force to begin anew", at: file.path(percentEncoded: false))
    }
  }

  private var file: URL { folder.appendingPathComponent(ArtifactLayout.Train.history) }

  /// Adds an epoch and writes both files.
  mutating func append(_ record: EpochRecord, at wallTime: Double) throws {
    rows.append(Self.row(record))
    let part = folder.appendingPathComponent(".\(ArtifactLayout.Train.history).part")
    let writer = try CSVWriter(file: part, header: HistoryColumn.all)
    for row in rows { try writer.write(row) }
    try writer.close()
    try DurableFile.rename(part, to: file)
    let events = try EventFileWriter(
      folder.appendingPathComponent(ArtifactLayout.Train.events), startedAt: wallTime,
      continuingAfter: record.epoch - 1)
    try events.write(Self.scalars(record), step: record.epoch, wallTime: wallTime)
    try events.close()
  }

  /// Of all epochs; infinite before the first.
  var lowestValidationLoss: Double {
    let column = HistoryColumn.all.firstIndex(of: HistoryColumn.validationLoss) ?? 0
    return rows.compactMap { Double($0[column]) }.min() ?? .infinity
  }

  private static func row(_ record: EpochRecord) -> [String] {
    func text(_ value: Double?) -> String { value.map { String(format: "%.7g", $0) } ?? "" }
    let labels = record.validation.labels
    return [
      String(record.epoch), record.phase, text(record.learningRate), text(record.trainLoss),
      HistoryColumn.validationText(leaky: record.leaky), text(record.validation.loss),
    ] + labels.map { text($0.logLoss) } + labels.map { text($0.auc) }
      + [text(record.skill), text(record.imagesPerSecond), text(record.dataWait)]
  }

  private static func scalars(_ record: EpochRecord) -> [(tag: String, value: Double)] {
    let training = [
      ("loss/train", record.trainLoss), ("learning_rate", record.learningRate),
      ("images_per_second", record.imagesPerSecond), ("data_wait", record.dataWait),
    ]
    var validation = [("loss/validation", record.validation.loss)]
    if let skill = record.skill { validation.append(("skill", skill)) }
    for (label, score) in zip(Label.allCases, record.validation.labels) {
      validation.append(("log_loss/\(label.rawValue)", score.logLoss))
      if let auc = score.auc { validation.append(("auc/\(label.rawValue)", auc)) }
    }
    let stamp = record.leaky ? "\(LeakyStamp.word)/" : ""
    return training.map { (tag: $0.0, value: $0.1) }
      + validation.map { (tag: stamp + $0.0, value: $0.1) }
  }
}
