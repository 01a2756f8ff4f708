import ArgumentParser
import PipelineDriver

struct CleanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract: "Removes an artifact and unfinished work, after saying what and how big.",
    discussion: "EXAMPLE: ./ichor clean train/resnet50")

  @Argument(help: ArgumentHelp("STAGE or STAGE/INSTANCE.", valueName: "stage"))
  var instance: String

  @OptionGroup var options: PipelineOptions

  func run() throws {
    let cleaning = try ArtifactCleaning(options.pipeline(), named: instance)
    if cleaning.items.isEmpty { print("Nothing to remove: \(instance) left nothing on the disk.") }
    for item in cleaning.items {
      print("removing \(item.text)")
      try cleaning.remove(item)
    }
  }
}
