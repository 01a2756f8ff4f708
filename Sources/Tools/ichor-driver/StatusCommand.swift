import ArgumentParser
import Diagnostics
import PipelineDriver

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows every instance: fresh, stale, incomplete, missing, failed or running.",
    discussion: "EXAMPLE: ./ichor status --json")

  @OptionGroup var options: PipelineOptions
  @OptionGroup var strictness: ProgramStrictness

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let pipeline = try options.pipeline(strictProgram: strictness.strictProgram)
    let statuses = try StalenessCheck(pipeline).statuses()
    try StandardStream.output.write((json ? statuses.json.line : statuses.table) + "\n")
    if !json, let leftovers = try ArtifactCleaning(leftoversIn: pipeline).leftovers {
      try StandardStream.output.write("\(leftovers)\n")
    }
  }
}
