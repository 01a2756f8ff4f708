import ArgumentParser
import Diagnostics
import PipelineDriver

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows two artifacts side by side: parameters and inputs that differ, and results.",
    discussion: """
      An artifact is STAGE[/INSTANCE], or STAGE[/INSTANCE]@ID for one that was replaced.

      EXAMPLE: ./ichor diff train/resnet50@1c9f2b7e train/resnet50
      """)

  @Argument(help: ArgumentHelp("An artifact.", valueName: "artifact"))
  var first: String

  @Argument(help: ArgumentHelp("Another one of the same stage.", valueName: "artifact"))
  var second: String

  @OptionGroup var options: PipelineOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let difference = try ArtifactDifference(options.pipeline(), first, second)
    try StandardStream.output.write((json ? difference.json.line : difference.text) + "\n")
  }
}
