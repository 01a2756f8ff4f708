import ArgumentParser
import Diagnostics
import Foundation
import PipelineDriver

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Reads artifacts again, every byte, and names what is not as it was written.",
    discussion: """
      Exit status 65 where something differs. With --repair, damaged files are moved aside, so that \
      the next run makes them again.

      EXAMPLE: ./ichor verify convert --repair
      """)

  @Argument(help: ArgumentHelp("STAGE or STAGE/INSTANCE; all if none given.", valueName: "stage"))
  var instances: [String] = []

  @OptionGroup var options: PipelineOptions

  @Flag(help: "Have the next run make again what is damaged.")
  var repair = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let verification = try ArtifactVerification(options.pipeline(), named: instances)
    let progress = LineProgress("verify", isTerminal: isatty(STDERR_FILENO) == 1) {
      StandardStream.error.tell($0)
    }
    let report = try verification.perform(progress: progress)
    progress.finish()
    try StandardStream.output.write((json ? report.json.line : report.text) + "\n")
    if repair {
      for sentence in try verification.repair(report) {
        json
          ? StandardStream.error.tell("\(sentence)\n")
          : try StandardStream.output.write("\(sentence)\n")
      }
    } else if !report.damaged.isEmpty, !json {
      try StandardStream.output.write(
        "Run “./ichor verify --repair”, and the next run makes them again.\n")
    }
    if report.status != .done { throw ExitCode(report.status.rawValue) }
  }
}
