import ArgumentParser
import Diagnostics
import PipelineDriver

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Brings a replaced artifact back; the one in its place is kept.",
    discussion: """
      “./ichor runs” lists what there is.

      EXAMPLE: ./ichor restore train/resnet50@1c9f2b7e
      """)

  @Argument(help: ArgumentHelp("STAGE[/INSTANCE]@ID.", valueName: "artifact"))
  var artifact: String

  @OptionGroup var options: PipelineOptions

  func run() throws {
    let sentence = try ArtifactRestoring(options.pipeline(), artifact).perform()
    try StandardStream.output.write("\(sentence)\n")
  }
}
