import ArgumentParser
import Diagnostics
import PipelineDriver

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows every instance: fresh, stale, incomplete, missing, failed or running.",
    discussion: "EXAMPLE: ./ichor status --json")

  @OptionGroup var options: PipelineOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let statuses = try StalenessCheck(options.pipeline()).statuses()
    try StandardStream.output.write((json ? statuses.json.line : statuses.table) + "\n")
  }
}
