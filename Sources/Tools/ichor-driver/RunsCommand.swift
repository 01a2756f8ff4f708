import ArgumentParser
import Diagnostics
import PipelineDriver

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "Lists artifacts, those they replaced, and unfinished work, with their results.",
    discussion: """
      How many replaced artifacts are kept is “keep” of the configuration. “./ichor diff” compares \
      two, “./ichor restore” brings one back.

      EXAMPLE: ./ichor runs train/resnet50
      """)

  @Argument(help: ArgumentHelp("STAGE or STAGE/INSTANCE; all if none given.", valueName: "stage"))
  var instance: String?

  @OptionGroup var options: PipelineOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let runs = try ArtifactRuns(options.pipeline(), named: instance)
    try StandardStream.output.write((json ? runs.json.line : runs.text) + "\n")
  }
}
