import ArgumentParser
import Diagnostics

/// A command of the script `ichor`, which never starts the driver for it; it stands here for the help,
/// for completion and for those who start the driver themselves.
protocol ScriptCommand: ParsableCommand {}

extension ScriptCommand {
  func run() throws {
    let name = Self.configuration.commandName ?? ""
    throw IchorError(
      .usage, code: "script-command", "“\(name)” is a command of the script ichor only",
      remedy: "Run “./ichor \(name)” in the repository.")
  }
}

struct TestCommand: ScriptCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Builds, and runs every test; --coverage counts lines.")

  @Argument(parsing: .captureForPassthrough, help: "What “swift test” takes.")
  var arguments: [String] = []
}

struct BenchCommand: ScriptCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Runs a comparison of Benchmarks/; without a name, lists them.")

  @Argument(parsing: .captureForPassthrough, help: "The name, and what the comparison takes.")
  var arguments: [String] = []
}

struct ProbeCommand: ScriptCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "Looks inside: what ichor-probe does.")

  @Argument(parsing: .captureForPassthrough, help: "What ichor-probe takes.")
  var arguments: [String] = []
}
