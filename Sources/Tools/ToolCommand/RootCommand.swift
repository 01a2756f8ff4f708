import ArgumentParser
import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract

/// The root command of a tool: what it does with its streams and its errors.
package protocol RootCommand: ParsableCommand {
  /// Whether its commands compute with networks.
  static var computes: Bool { get }
}

extension RootCommand {
  package static var computes: Bool { false }

  /// Parses the command line, runs what it names and ends the process with the contract's status.
  package static func main() {
    if computes { OpenMPWaiting.shorten() }
    StandardStream.reserveNumbers()
    ProcessSignals.prepare()
    // A reader that goes away is an error of writing, and no sudden end.
    StandardStream.outliveReaders()
    do {
      let words = CommandLine.arguments.dropFirst()
      try checkCommand(words.first == "help" ? words.dropFirst().first : words.first)
      var command = try parseAsRoot()
      do {
        try ProcessRoom.require(threads: 1)
      } catch {
        // Not `exit`: the end of OpenBLAS waits for threads, which wait for the memory for ever.
        _exit(tell(of: error))
      }
      try command.run()
    } catch {
      Foundation.exit(tell(of: error))
    }
  }

  /// - Throws: `IchorError(.usage)` with the commands, nearest first, for a word that is none.
  private static func checkCommand(_ word: String?) throws {
    let names = configuration.subcommands.map { $0._commandName } + ["help"]
    guard let word, !word.hasPrefix("-"), !names.contains(word) else { return }
    let guess = NearestName.nearest(to: word, in: names).map { "Did you mean “\($0)”? " } ?? ""
    let sorted = NearestName.sorted(names, by: word).joined(separator: ", ")
    throw IchorError(
      .usage, code: "command-unknown", "There is no command “\(word)”",
      remedy: "\(guess)Use one of \(sorted).")
  }

  /// Writes why the command ended early, or the help that was asked for; returns the exit status.
  private static func tell(of error: any Error) -> Int32 {
    let program = configuration.commandName ?? _commandName
    if let failure = ProgramFailure(of: error) {
      StandardStream.error.tell("\(failure.line(program: program))\n")
      return failure.status.rawValue
    }
    let (code, text) = (exitCode(for: error), fullMessage(for: error))
    guard !text.isEmpty else { return code.rawValue }
    guard code.isSuccess else {
      StandardStream.error.tell("\(text)\n")
      return code.rawValue
    }
    do {
      try StandardStream.output.write("\(text)\n")
      return code.rawValue
    } catch {
      return tell(of: error)
    }
  }
}
