import Logging
import Synchronization

/// Collects what is logged, metadata included, for a test to look at.
public final class LoggedLines: Sendable {
  private let lines = Mutex<[String]>([])

  public init() {}

  /// `LEVEL: MESSAGE KEY=VALUE …`, in the order in which they came.
  public var texts: [String] { lines.withLock { $0 } }

  public var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

  private struct Handler: LogHandler {
    let lines: LoggedLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let details = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0)=\($1)" }
      lines.lines.withLock {
        $0.append("\(event.level): \(event.message)\(details.joined())")
      }
    }
  }
}
