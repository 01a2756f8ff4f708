import Diagnostics
import Foundation
import PipelineContract

/// One process of `ichor-train`.
final class TrainingRun {
  /// How it ended.
  enum Ending: Equatable, CustomStringConvertible {
    case exit(Int32)
    case signal(Int32)

    var description: String {
      switch self {
      case .exit(let status): "exit \(status)"
      case .signal(let number): "signal \(number)"
      }
    }
  }

  private let process = Process()
  private let started = ContinuousClock.now
  private let errors: URL

  /// - Throws: `internalFault` where the program can't be started.
  init(_ program: URL, arguments: [String], in trial: TrialFolder) throws {
    errors = trial.layout.root.appendingPathComponent("errors.txt")
    process.executableURL = program
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    do {
      try Data().write(to: errors)
      process.standardError = try FileHandle(forWritingTo: errors)
      try process.run()
    } catch {
      throw IchorError(
        .internalFault, code: "spawn", "\(program.lastPathComponent) cannot be started",
        remedy: "Build it again with “swift build -c release”.", at: program.path, cause: error)
    }
  }

  var isRunning: Bool { process.isRunning }

  var seconds: Double { (ContinuousClock.now - started) / .seconds(1) }

  /// What it said on standard error.
  var complaints: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

  func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

  func wait() -> Ending {
    process.waitUntilExit()
    return process.terminationReason == .exit
      ? .exit(process.terminationStatus) : .signal(process.terminationStatus)
  }

  /// Waits until `condition` holds, the process ends or the limit, if there is one, has passed.
  func wait(
    atMost limit: Double? = nil, polling: Double = 0.001, until condition: () -> Bool = { false }
  ) {
    let begun = seconds
    while process.isRunning, !condition(), limit.map({ seconds - begun < $0 }) ?? true {
      Thread.sleep(forTimeInterval: polling)
    }
  }
}
