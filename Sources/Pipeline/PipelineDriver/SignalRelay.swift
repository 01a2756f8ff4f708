import Dispatch
import Foundation
import OperatingSystem
import Synchronization

/// Passes SIGINT, SIGTERM and SIGHUP on to the child processes, which stop and keep their work.
///
/// A child has its own process group: it would otherwise get each signal twice, from the terminal
/// and from here, and a second one means “at once”. A signal that was ignored when the driver began,
/// as SIGHUP is by nohup(1), stays ignored, here and in the children.
final class SignalRelay {
  private static let numbers = [SIGINT, SIGTERM, SIGHUP]
  /// Those that the process was started to ignore; later, a relay itself has them ignored.
  static let ignoredFromTheStart = numbers.filter(SignalAction.isIgnored)

  let targets: RelayTargets
  private let sources: [(number: Int32, source: any DispatchSourceSignal)]

  /// - Parameters:
  ///   - hangsUp: whether SIGHUP stops the children too; else only the driver.
  ///   - ignored: signals that stay ignored.
  init(hangsUp: Bool = true, ignored: [Int32] = SignalRelay.ignoredFromTheStart) {
    let queue = DispatchQueue(label: "ichor.signals")
    let targets = RelayTargets(hangsUp: hangsUp)
    self.targets = targets
    sources = Self.numbers.filter { !ignored.contains($0) }.map { number in
      // The source sees the signal although its default action is switched off.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { targets.relay(number) }
      source.resume()
      return (number, source)
    }
  }

  deinit {
    for (number, source) in sources {
      source.cancel()
      signal(number, SIG_DFL)
    }
  }

  /// What is ignored here in order to be relayed, and must not be in a child.
  var relayed: [Int32] { sources.map(\.number) }

  /// Does what a signal from outside does.
  func deliver(_ number: Int32) { targets.relay(number) }

  /// The first signal that came.
  var received: Int32? { targets.received }

  /// Whether the driver is to end and leave its children running.
  var leavesChildren: Bool { targets.leavesChildren }
}

/// The children that signals go to, shared with the queue that receives them.
final class RelayTargets: Sendable {
  private struct State {
    var processes: Set<pid_t> = []
    var received: Int32?
    var last: (signal: Int32, time: ContinuousClock.Instant)?
    var leavesChildren = false
  }

  private let hangsUp: Bool
  private let state = Mutex(State())

  init(hangsUp: Bool) { self.hangsUp = hangsUp }

  var received: Int32? { state.withLock { $0.received } }
  var leavesChildren: Bool { state.withLock { $0.leavesChildren } }

  func relay(_ number: Int32) {
    state.withLock { state in
      // `timeout` and shells signal the process and then its group: that is one request, not two.
      let now = ContinuousClock.now
      if let last = state.last, last.signal == number, now - last.time < .milliseconds(300) {
        return
      }
      state.last = (number, now)
      // Of a terminal that closes, shell and kernel may both tell, some time apart.
      if number == SIGHUP, state.received != nil { return }
      state.received = state.received ?? number
      if number == SIGHUP, !hangsUp {
        state.leavesChildren = true
        return
      }
      for process in state.processes { kill(process, number) }
    }
  }

  /// From now on signals go to the child too; one that came before goes at once.
  func attach(_ process: pid_t) {
    state.withLock { state in
      state.processes.insert(process)
      if let number = state.received { kill(process, number) }
    }
  }

  /// Must be called before the child is reaped, as its number may then belong to another.
  func detach(_ process: pid_t) { state.withLock { _ = $0.processes.remove(process) } }
}
