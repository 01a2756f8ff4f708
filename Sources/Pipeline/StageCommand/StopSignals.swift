import Diagnostics
import Dispatch
import Foundation
import OperatingSystem

/// Turns SIGINT, SIGTERM and SIGHUP into a request to stop at the next checkpoint.
///
/// A second SIGINT or SIGTERM ends the process at once: the staging folder is left as a kill would
/// leave it. One that was ignored when the process began, as by nohup(1), stays ignored.
struct StopSignals {
  private let sources: [any DispatchSourceSignal]

  /// Watches from now on until the process ends.
  init(cancelling cancellation: Cancellation, announce: @escaping @Sendable (String) -> Void) {
    let queue = DispatchQueue(label: "ichor.stop-signals")
    sources = [SIGINT, SIGTERM, SIGHUP].filter { !SignalAction.isIgnored($0) }.map { number in
      // The dispatch source sees the signal although its default action is switched off.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        if cancellation.requested != nil {
          // Of a terminal that closes, shell and kernel may both tell.
          if number == SIGHUP { return }
          _exit(128 + number)
        }
        cancellation.request(signal: number)
        announce("stopping: work done so far is kept; a second signal ends at once")
      }
      source.resume()
      return source
    }
  }
}
