import Logging
import Synchronization

/// Where a long job reports how far it has come.
public protocol ProgressReporting: Sendable {
  /// Reports how far the job has come.
  ///
  /// - Parameters:
  ///   - completed: items finished so far.
  ///   - total: items in all, `nil` where unknown.
  ///   - unit: what an item is, in the plural (`slices`, `steps`).
  ///   - detail: what else a person would like to see, such as the last loss; may be empty.
  func report(completed: Int, total: Int?, unit: String, detail: String)
}

/// Reports nothing; for tests and for callers without an audience.
public struct SilentProgress: ProgressReporting {
  public init() {}
  public func report(completed: Int, total: Int?, unit: String, detail: String) {}
}

/// Thrown by `Cancellation.checkpoint()` after SIGINT or SIGTERM asked the job to stop.
public struct CancelledBySignal: Error, Sendable {
  public let signal: Int32
  public init(signal: Int32) { self.signal = signal }
}

/// A flag that a signal handler raises and that long loops poll.
public final class Cancellation: Sendable {
  private let signal = Atomic<Int32>(0)

  public init() {}

  /// Asks the job to stop at its next checkpoint.
  public func request(signal number: Int32) { signal.store(number, ordering: .relaxed) }

  /// The signal that asked for the stop, `nil` as long as none has.
  public var requested: Int32? {
    let number = signal.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Ends the job if it has been asked to stop.
  ///
  /// - Throws: `CancelledBySignal` once a stop was asked for.
  public func checkpoint() throws {
    if let number = requested { throw CancelledBySignal(signal: number) }
  }
}

/// What every long-running library call needs from its surroundings.
public struct JobContext: Sendable {
  public let logger: Logger
  public let progress: any ProgressReporting
  public let cancellation: Cancellation
  /// The number of threads the job may keep busy, its workers included.
  public let threads: Int

  public init(
    logger: Logger, progress: any ProgressReporting = SilentProgress(),
    cancellation: Cancellation = Cancellation(), threads: Int
  ) {
    precondition(threads > 0, "a job needs at least one thread")
    self.logger = logger
    self.progress = progress
    self.cancellation = cancellation
    self.threads = threads
  }
}
