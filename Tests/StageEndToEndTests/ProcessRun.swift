import Foundation

/// A finished process: how it ended and what it said.
struct ProcessRun: CustomStringConvertible {
  let command: String
  /// The exit status, or minus the signal that ended it.
  let status: Int32
  let output: String
  let errors: String
  let seconds: Double

  var description: String { "\(command)\nstatus \(status)\n\(output)\(errors)" }

  /// Lines of standard error that announce an error.
  var errorLines: [String] {
    errors.split(separator: "\n").map(String.init).filter { $0.contains("error:") }
  }
}

/// A process whose output goes to files, so that no full pipe can stop it.
final class RunningProcess {
  private let process = Process()
  private let folder: URL
  private let started = ContinuousClock.now

  /// - Parameter environment: added to that of the tests.
  init(
    _ executable: URL, _ arguments: [String], in directory: URL,
    environment: [String: String] = [:]
  ) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "ichor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = directory
    // The script that runs the tests says where its pipeline is; these tests have another.
    process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "ICHOR_ROOT" }
      .merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Self.writer(folder.appending(path: "output"))
    process.standardError = try Self.writer(folder.appending(path: "errors"))
    try process.run()
  }

  private static func writer(_ url: URL) throws -> FileHandle {
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }

  var isRunning: Bool { process.isRunning }

  /// Whether it has ended itself, whatever became of those that it started.
  var hasEnded: Bool {
    let path = "/proc/\(process.processIdentifier)/stat"
    return (try? String(contentsOfFile: path, encoding: .utf8))?.contains(") Z ") ?? true
  }

  /// What it has written to standard error by now.
  var errorsSoFar: String {
    (try? String(contentsOf: folder.appending(path: "errors"), encoding: .utf8)) ?? ""
  }

  var processIdentifier: Int32 { process.processIdentifier }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  func wait() throws -> ProcessRun {
    process.waitUntilExit()
    let elapsed = (ContinuousClock.now - started).components
    defer { try? FileManager.default.removeItem(at: folder) }
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
    }
    let status = process.terminationStatus
    return ProcessRun(
      command: ([process.executableURL?.lastPathComponent ?? ""] + (process.arguments ?? []))
        .joined(separator: " "),
      status: process.terminationReason == .exit ? status : -status, output: try text("output"),
      errors: try text("errors"),
      seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
  }
}
