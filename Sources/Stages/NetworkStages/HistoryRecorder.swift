import ArtifactTables
import Diagnostics
import Foundation
import PipelineContract
import TensorBoardEvents
import Training
import Vocabulary

/// Writes `history.csv`, `timings.csv` and the TensorBoard events, epoch by epoch.
///
/// The rows of a resumed run are read back, and those past its checkpoint are dropped: they will be
/// written again.
struct HistoryRecorder {
  private let folder: URL
  private var history = TrainingHistory()
  private var timings = TrainingTimings()

  /// - Parameter epochs: rows to take over from the folder's files.
  init(folder: URL, keeping epochs: Int) throws {
    self.folder = folder
    guard epochs > 0 else { return }
    history = try Self.rows(of: historyFile, keeping: epochs)
    do {
      timings = try Self.rows(of: timingsFile, keeping: epochs)
    } catch let error as IchorError where error.kind == .badData || error.kind == .inputMissing {
      // How long the epochs took is for people alone; 0 is what is not known.
      timings = TrainingTimings(
        epochs: (1...epochs).map { TimingRow(epoch: $0, imagesPerSecond: 0, dataWait: 0) })
    }
  }

  private static func rows<Row: EpochRow>(of file: URL, keeping epochs: Int) throws
    -> EpochTable<Row>
  {
    var table = try EpochTable<Row>(file: file)
    guard table.epochs.count >= epochs else {
      throw IchorError(
        .badData, code: "history-too-short",
        "\(table.epochs.count) epochs are recorded, but the checkpoint has finished \(epochs)",
        remedy: "Run the stage with --force to begin anew.", at: file.path(percentEncoded: false))
    }
    table.keep(epochs)
    return table
  }

  private var historyFile: URL { folder.appendingPathComponent(ArtifactLayout.Train.history) }
  private var timingsFile: URL { folder.appendingPathComponent(ArtifactLayout.Train.timings) }

  /// Adds an epoch and writes the three files.
  mutating func append(_ record: EpochRecord, isKept: Bool, at wallTime: Double) throws {
    history.append(HistoryRow(record, kept: isKept))
    try history.write(to: historyFile)
    timings.append(
      TimingRow(
        epoch: record.epoch, imagesPerSecond: record.imagesPerSecond, dataWait: record.dataWait))
    try timings.write(to: timingsFile)
    try HistoryChecksums(folder: folder).note(epochs: history.epochs.count)
    let events = try EventFileWriter(
      folder.appendingPathComponent(ArtifactLayout.Train.events), startedAt: wallTime,
      continuingAfter: record.epoch - 1)
    try events.write(Self.scalars(record), step: record.epoch, wallTime: wallTime)
    try events.close()
  }

  /// The epoch whose weights are kept.
  var kept: HistoryRow? { history.kept }

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

extension HistoryRow {
  init(_ record: EpochRecord, kept: Bool) {
    let labels = record.validation.labels
    self.init(
      epoch: record.epoch, phase: record.phase, learningRate: record.learningRate,
      trainLoss: record.trainLoss, leaky: record.leaky, validationLoss: record.validation.loss,
      labelLosses: labels.map(\.logLoss), labelAUCs: labels.map(\.auc), skill: record.skill,
      kept: kept)
  }
}
