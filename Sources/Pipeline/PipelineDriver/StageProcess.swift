import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract

/// A run of a stage's executable, from its start to its end.
enum StageProcess {
  enum Ending: Equatable {
    case exit(Int32)
    case signal(Int32)

    /// The status as a shell reports it.
    var status: Int32 {
      switch self {
      case .exit(let status): status
      case .signal(let number): 128 + number
      }
    }
  }

  /// Starts the program with the caller's standard streams and waits for its end.
  ///
  /// - Throws: `IchorError(.internalFault)` where it cannot be started.
  static func run(_ program: URL, arguments: [String], relay: SignalRelay) throws -> Ending {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // What the relay ignores here, the child must not inherit as ignored.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in SignalRelay.relayed + [SIGPIPE] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETPGROUP))

    var words: [UnsafeMutablePointer<CChar>?] = ([program.path] + arguments).map { strdup($0) }
    words.append(nil)
    defer { words.forEach { free($0) } }
    var child: pid_t = 0
    let failure = posix_spawn(&child, program.path, nil, &attributes, words, environ)
    guard failure == 0 else {
      throw IchorError(
        .internalFault, code: "spawn", "\(program.lastPathComponent) cannot be started",
        remedy: "Build it again with “swift build -c release”.", at: program.path,
        cause: SystemCallError(call: "posix_spawn", number: failure))
    }
    relay.attach(child)
    var information = siginfo_t()
    _ = uninterrupted { waitid(P_PID, id_t(child), &information, WEXITED | WNOWAIT) }
    relay.detach()
    var status: Int32 = 0
    _ = uninterrupted { waitpid(child, &status, 0) }
    // WIFSIGNALED, WTERMSIG and WEXITSTATUS are macros that Swift does not see.
    let signal = status & 0x7f
    return signal == 0 ? .exit((status >> 8) & 0xff) : .signal(signal)
  }
}
