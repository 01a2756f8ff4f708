import Diagnostics
import Foundation
import OperatingSystem

/// Writes the scalars of a training run as TensorBoard reads them; the file can be continued.
///
/// Times are given by the caller, so equal calls give equal bytes.
package final class EventFileWriter {
  /// TensorBoard takes a file for an event file by this part of its name.
  package static let requiredInName = "tfevents"

  private let file: FileHandle
  private let url: URL

  /// Opens the file for appending, and creates it where there is none.
  ///
  /// A record that a killed run left unfinished is cut off.
  ///
  /// - Parameters:
  ///   - wallTime: seconds since 1970, for the version record of a new file.
  ///   - lastStep: where the run continues: what an interrupted run wrote for later steps is cut
  ///     off, since it will be written again. `nil` keeps every whole record.
  /// - Throws: `badData` for a file that is not an event file; `cannotCreate` or `inputOutput` for
  ///   one that can't be made, read or written.
  package init(_ url: URL, startedAt wallTime: Double, continuingAfter lastStep: Int? = nil) throws
  {
    self.url = url
    let path = url.path(percentEncoded: false)
    do {
      _ = try OpenFile(path, O_WRONLY | O_CREAT)
      let existing = [UInt8](try Data(contentsOf: url))
      let kept = try Self.keptBytes(of: existing, lastStep: lastStep, path: path)
      file = try FileHandle(forUpdating: url)
      try file.truncate(atOffset: UInt64(kept))
      if kept == 0 {
        try file.write(
          contentsOf: RecordFraming.frame(EventMessage.fileVersion(wallTime: wallTime)))
      }
    } catch let error as IchorError {
      throw error
    } catch {
      throw Self.failure(error, path)
    }
  }

  /// Appends one step's scalars; values are rounded to float32, NaN and infinity stay.
  ///
  /// - Throws: `inputOutput` where the file can't be written.
  package func write(
    _ scalars: [(tag: String, value: Double)], step: Int, wallTime: Double
  ) throws {
    let event = EventMessage.scalars(scalars, step: step, wallTime: wallTime)
    do {
      try file.write(contentsOf: RecordFraming.frame(event))
    } catch {
      throw Self.failure(error, url.path(percentEncoded: false))
    }
  }

  /// Makes what was written durable and closes the file.
  ///
  /// - Throws: `inputOutput` where that fails.
  package func close() throws {
    do {
      try file.synchronize()
      try file.close()
    } catch {
      throw Self.failure(error, url.path(percentEncoded: false))
    }
  }

  /// The last step of the file's longest beginning of whole records; 0 where there is none.
  package static func lastStep(in url: URL) -> Int {
    guard let bytes = try? [UInt8](Data(contentsOf: url)) else { return 0 }
    var (last, offset) = (0, 0)
    while let (data, end) = RecordFraming.record(in: bytes, at: offset) {
      last = EventMessage.step(of: data) ?? last
      offset = end
    }
    return last
  }

  /// Length of the file's longest beginning of whole records of steps up to `lastStep`.
  private static func keptBytes(of bytes: [UInt8], lastStep: Int?, path: String) throws -> Int {
    var kept = 0
    while let (data, end) = RecordFraming.record(in: bytes, at: kept) {
      if let lastStep, let step = EventMessage.step(of: data), step > lastStep { break }
      kept = end
    }
    let longestVersionRecord = 64
    if kept == 0, bytes.count > longestVersionRecord {
      throw IchorError(
        .badData, code: "event-file-foreign", "The file does not begin with a TFRecord",
        remedy: "Move the file away; it is not one of TensorBoard's.", at: path)
    }
    return kept
  }

  private static func failure(_ error: any Error, _ path: String) -> IchorError {
    IchorError(
      IchorError.Kind(writing: error), code: "event-file-write",
      "Can't write the TensorBoard event file",
      remedy: "Check the folder's permissions and the space on the disk.", at: path, cause: error)
  }
}
