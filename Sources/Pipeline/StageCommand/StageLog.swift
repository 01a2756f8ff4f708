import Diagnostics
import Foundation
import Logging
import OperatingSystem
import Synchronization

/// The destination of a stage's log: one JSON object per line, and notices and warnings on the terminal too.
final class StageLogFile: Sendable {
  private let file: OpenFile
  private let terminal: Terminal
  private let program: String
  private let gate = Mutex(())

  /// Appends to `url`, so that a resumed run keeps what its predecessors said.
  ///
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the file can't be opened.
  init(at url: URL, program: String, terminal: Terminal) throws {
    do {
      file = try OpenFile(url.path, O_WRONLY | O_CREAT | O_APPEND)
    } catch {
      throw IchorError(writing: url.path, error)
    }
    self.terminal = terminal
    self.program = program
  }

  func write(_ line: LogLine) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if var data = try? encoder.encode(line) {
      data.append(UInt8(ascii: "\n"))
      // A full disk shows when the stage writes its outputs; the log alone must not end it.
      gate.withLock { _ in try? data.withUnsafeBytes { try file.write($0) } }
    }
    if line.isTold {
      let details = line.metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      let suffix = details.isEmpty ? "" : " (\(details.joined(separator: " ")))"
      let level = line.level == Logger.Level.notice.rawValue ? "" : "\(line.level): "
      terminal.line("\(program): \(level)\(line.message)\(suffix)")
    }
  }

  /// A logger that writes here; `debug` and finer stay out unless `level` says otherwise.
  func logger(level: Logger.Level = .info) -> Logger {
    Logger(label: program) { _ in StageLogHandler(file: self, logLevel: level) }
  }
}

/// One line of `log.jsonl`.
struct LogLine: Encodable {
  let time: String
  let level: String
  let message: String
  let source: String
  let metadata: [String: String]

  /// Whether it is for the terminal as well.
  var isTold: Bool { Logger.Level(rawValue: level).map { $0 >= .notice } ?? false }
}

private struct StageLogHandler: LogHandler {
  let file: StageLogFile
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var all = metadata.merging(metadataProvider?.get() ?? [:]) { _, new in new }
    all.merge(event.metadata ?? [:]) { _, new in new }
    if let error = event.error { all["error"] = "\(error)" }
    file.write(
      LogLine(
        time: Date.now.formatted(
          .iso8601.year().month().day().time(includingFractionalSeconds: true)),
        level: event.level.rawValue, message: event.message.description, source: event.source,
        metadata: all.mapValues { "\($0)" }))
  }
}
