import ArgumentParser
import PipelineDriver

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows every instance: fresh, stale, incomplete, missing or failed.",
    discussion: "EXAMPLE: ./ichor status --json")

  @OptionGroup var options: PipelineOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let statuses = try StalenessCheck(options.pipeline()).statuses()
    print(json ? try statuses.json.line : statuses.table)
  }
}
