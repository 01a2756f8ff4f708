import Dispatch
import Foundation
import Synchronization

/// Passes SIGINT, SIGTERM and SIGHUP on to the one child process, which stops and keeps its work.
///
/// The child has its own process group: it would otherwise get each signal twice, from the terminal
/// and from here, and a second one means “at once”.
final class SignalRelay {
  static let relayed = [SIGINT, SIGTERM, SIGHUP]

  private let child = RelayTarget()
  private let sources: [any DispatchSourceSignal]

  init() {
    let queue = DispatchQueue(label: "ichor.signals")
    sources = Self.relayed.map { [child] number in
      // The source sees the signal although its default action is switched off.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { child.relay(number) }
      source.resume()
      return source
    }
  }

  deinit {
    for (source, number) in zip(sources, Self.relayed) {
      source.cancel()
      signal(number, SIG_DFL)
    }
  }

  /// Does what a signal from outside does.
  func deliver(_ number: Int32) { child.relay(number) }

  /// The first signal that came, SIGHUP counted as SIGTERM.
  var received: Int32? { child.received }

  /// From now on signals go to the child; one that came before goes at once.
  func attach(_ process: pid_t) { child.attach(process) }

  /// Must be called before the child is reaped, as its number may then belong to another.
  func detach() { child.detach() }
}

/// The child that signals go to, shared with the queue that receives them.
private final class RelayTarget: Sendable {
  private struct State {
    var process: pid_t?
    var received: Int32?
    var last: (signal: Int32, time: ContinuousClock.Instant)?
  }

  private let state = Mutex(State())

  var received: Int32? { state.withLock { $0.received } }

  func relay(_ number: Int32) {
    let meaning = number == SIGHUP ? SIGTERM : number
    state.withLock { state in
      // `timeout` and shells signal the process and then its group: that is one request, not two.
      let now = ContinuousClock.now
      if let last = state.last, last.signal == meaning, now - last.time < .milliseconds(300) {
        return
      }
      state.last = (meaning, now)
      state.received = state.received ?? meaning
      if let process = state.process { kill(process, meaning) }
    }
  }

  func attach(_ process: pid_t) {
    state.withLock { state in
      state.process = process
      if let number = state.received { kill(process, number) }
    }
  }

  func detach() { state.withLock { $0.process = nil } }
}
