import Diagnostics
import Foundation

/// How a program that did not finish ended: its exit status and the one line that says why.
package struct ProgramFailure: Equatable {
  package let status: ExitStatus
  package let message: String
  /// The signal that asked for the end, `nil` where none did.
  package let signal: Int32?

  /// `nil` for errors that come neither from here nor from the system, such as those of the argument
  /// parser.
  package init?(of error: any Error) {
    switch error {
    case let stop as CancelledBySignal:
      let name = [SIGINT: "SIGINT", SIGHUP: "SIGHUP"][stop.signal] ?? "SIGTERM"
      self.init(
        ExitStatus(signal: stop.signal), "stopped by \(name); work done so far is kept",
        signal: stop.signal)
    case let stop as StoppedAsConfigured:
      // Scripts learn that the artifact is not there yet, and that nobody asked for it now.
      self.init(.timeIsUp, stop.message)
    case let known as IchorError:
      self.init(known)
    case let file as CocoaError where SystemErrors.number(of: file) != nil:
      let path = file.filePath ?? "a file"
      let isReading = (256..<512).contains(file.code.rawValue)
      self.init(isReading ? IchorError(reading: path, file) : IchorError(writing: path, file))
    default:
      // Code that called the system without saying what for was probably about to write.
      guard SystemErrors.number(of: error) != nil else { return nil }
      self.init(IchorError(writing: "a file", error))
    }
  }

  /// Any error; one that should have been caught is a fault of the program.
  package init(_ error: any Error) {
    self =
      ProgramFailure(of: error)
      ?? ProgramFailure(
        .internalFault, "\(SystemErrors.text(of: error)) (internal). Report it with log.jsonl.")
  }

  /// The line on standard error.
  package func line(program: String) -> String {
    "\(program): \(status.keepsWork ? "" : "error: ")\(message)"
  }

  private init(_ error: IchorError) { self.init(ExitStatus(error.kind), error.description) }

  private init(_ status: ExitStatus, _ message: String, signal: Int32? = nil) {
    self.status = status
    self.message = message
    self.signal = signal
  }
}
