import CSV
import PipelineContract

/// `train/MODEL/timings.csv`: what of an epoch differs between two runs that are otherwise the same.
package typealias TrainingTimings = EpochTable<TimingRow>

/// One epoch of `train/MODEL/timings.csv`.
///
/// An epoch that was interrupted has the numbers of its last part.
package struct TimingRow: Sendable, Equatable {
  /// Counted from 1.
  package let epoch: Int
  package let imagesPerSecond: Double
  /// Share of the training time spent waiting for data.
  package let dataWait: Double

  package init(epoch: Int, imagesPerSecond: Double, dataWait: Double) {
    self.epoch = epoch
    self.imagesPerSecond = imagesPerSecond
    self.dataWait = dataWait
  }
}

extension TimingRow: EpochRow {
  private enum Column {
    static let imagesPerSecond = "images_per_second"
    static let dataWait = "data_wait"
  }

  package static func header(_: Void) -> [String] {
    [HistoryColumn.epoch, Column.imagesPerSecond, Column.dataWait]
  }

  /// - Throws: `IchorError(.badData)` with file and line for a field that is out of its range.
  package init(_ row: CSVRow, _: Void) throws {
    let rate = try row.number(1, name: Column.imagesPerSecond)
    guard rate >= 0 else {
      throw row.fault(
        "csv-bad-value", "column “\(Column.imagesPerSecond)” holds \(rate), but no rate is below 0")
    }
    self.init(
      epoch: try row.natural(0, name: HistoryColumn.epoch), imagesPerSecond: rate,
      dataWait: try row.number(2, name: Column.dataWait))
  }

  package func fields(_: Void) -> [String] {
    [String(epoch), SignificantDigits.text(imagesPerSecond), SignificantDigits.text(dataWait)]
  }
}
