import DurableFiles
import Foundation
import PipelineContract

/// A row of a table with one row for each epoch.
package protocol EpochRow: TableRow where Form == Void {
  /// Counted from 1.
  var epoch: Int { get }
}

/// A table with one row for each epoch, the first of them 1.
package struct EpochTable<Row: EpochRow>: Sendable, Equatable {
  package private(set) var epochs: [Row]

  package init(epochs: [Row] = []) { self.epochs = epochs }

  /// - Throws: `IchorError`: `.inputMissing` without the file, `.badData` with file and line for a
  ///   malformed one or one whose epochs are not consecutive.
  package init(file: URL) throws {
    let reader = try TableReader<Row>(file: file)
    var epochs: [Row] = []
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

  package mutating func append(_ row: Row) { epochs.append(row) }

  /// Forgets the epochs after the first `count`.
  package mutating func keep(_ count: Int) { epochs = Array(epochs.prefix(count)) }

  /// Writes by rename, so that a reader sees the old file, the new one, or none.
  ///
  /// - Throws: `IchorError` or `SystemCallError` where the file can't be written.
  package func write(to file: URL) throws {
    let part = file.deletingLastPathComponent()
      .appendingPathComponent(".\(file.lastPathComponent).part")
    try TableWriter<Row>.write(epochs, to: part)
    try DurableFile.rename(part, to: file)
  }
}
