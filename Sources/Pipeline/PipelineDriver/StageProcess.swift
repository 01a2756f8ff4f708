import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract

/// A run of a stage's executable, from its start to its end.
struct StageProcess: Sendable {
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

  /// What a stage is started with, besides its arguments.
  struct Surroundings {
    let relay: SignalRelay
    /// The end of `DriverLifeline` for the stage; `nil` where it outlives the driver, in a session
    /// of its own.
    let lifeline: OpenFile?
    /// Added to the driver's own environment.
    var environment: [String: String] = [:]
    /// Takes the lines that it writes; `nil` where it has the driver's own streams.
    var listener: (@Sendable (StandardStream, String) -> Void)?
  }

  private let process: pid_t
  private let targets: RelayTargets
  private let outputs: [StageOutput]

  /// Starts the program.
  ///
  /// - Throws: `IchorError(.internalFault)` where it cannot be started.
  init(starting program: URL, arguments: [String], _ surroundings: Surroundings) throws {
    do {
      var streams: [(output: StageOutput, end: OpenFile, number: Int32)] = []
      if let listener = surroundings.listener {
        for stream in [StandardStream.output, .error] {
          let (reader, writer) = try OpenFile.pipe()
          let output = StageOutput(reader) { listener(stream, $0) }
          streams.append((output, writer, stream.rawValue))
        }
      }
      process = try Self.spawn(
        program, arguments: arguments, surroundings, streams: streams.map { ($0.end, $0.number) })
      outputs = streams.map(\.output)
      targets = surroundings.relay.targets
    } catch {
      let isBuildFault = [ENOENT, EACCES, ENOEXEC].contains(SystemErrors.number(of: error))
      throw IchorError(
        isBuildFault ? .internalFault : .inputOutput, code: "spawn",
        "\(program.lastPathComponent) cannot be started",
        remedy: isBuildFault
          ? "Build it again with “swift build -c release”."
          : "Check the limits on processes, memory and open files (ulimit -a).",
        at: program.path, cause: error)
    }
    targets.attach(process)
  }

  /// Waits for the end on a thread of its own, and then calls `body` there.
  func whenEnded(_ body: @escaping @Sendable (Ending) -> Void) {
    Thread.detachNewThread {
      var information = siginfo_t()
      _ = uninterrupted { waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) }
      targets.detach(process)
      var status: Int32 = 0
      _ = uninterrupted { waitpid(process, &status, 0) }
      for output in outputs { output.waitUntilRead() }
      // WIFSIGNALED, WTERMSIG and WEXITSTATUS are macros that Swift does not see.
      let signal = status & 0x7f
      body(signal == 0 ? .exit((status >> 8) & 0xff) : .signal(signal))
    }
  }

  private static func spawn(
    _ program: URL, arguments: [String], _ surroundings: Surroundings,
    streams: [(end: OpenFile, number: Int32)]
  ) throws(SystemCallError) -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // What the relay ignores here, the child must not inherit as ignored.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in surroundings.relay.relayed + [SIGPIPE] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    let apart = surroundings.lifeline == nil ? newSession : Int16(POSIX_SPAWN_SETPGROUP)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | apart)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (end, number) in streams {
      posix_spawn_file_actions_adddup2(&actions, end.descriptor, number)
    }
    var environment = ProcessInfo.processInfo.environment
      .merging(surroundings.environment) { $1 }
    if let lifeline = surroundings.lifeline {
      // To itself: only so that the child inherits it.
      posix_spawn_file_actions_adddup2(&actions, lifeline.descriptor, lifeline.descriptor)
      environment[DriverLifeline.variable] = "\(lifeline.descriptor)"
    }
    let words = terminated([program.path] + arguments)
    let variables = terminated(environment.map { "\($0)=\($1)" })
    defer { (words + variables).forEach { free($0) } }
    var child: pid_t = 0
    let failure = posix_spawn(&child, program.path, &actions, &attributes, words, variables)
    guard failure == 0 else { throw SystemCallError(call: "posix_spawn", number: failure) }
    return child
  }

  private static func terminated(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { strdup($0) } + [nil]
  }

  // POSIX_SPAWN_SETSID, which the header hides unless _GNU_SOURCE is defined.
  #if os(Linux)
    private static let newSession: Int16 = 0x80
  #else
    private static let newSession: Int16 = 0x400
  #endif
}
