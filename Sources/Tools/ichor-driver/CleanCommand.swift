import ArgumentParser
import Diagnostics
import PipelineDriver

struct CleanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract: "Removes an artifact and unfinished work, after saying what it is and how big.",
    discussion: "EXAMPLE: ./ichor clean train/resnet50")

  @Argument(
    help: ArgumentHelp("STAGE or STAGE/INSTANCE.", valueName: "stage"), completion: .instances)
  var instance: String

  @OptionGroup var options: PipelineOptions

  func run() throws {
    let cleaning = try ArtifactCleaning(options.pipeline(), named: instance)
    if cleaning.items.isEmpty {
      try StandardStream.output.write("Nothing to remove: \(instance) left nothing on the disk.\n")
    }
    for item in cleaning.items {
      try StandardStream.output.write("removing \(item.text)\n")
      try cleaning.remove(item)
    }
  }
}
