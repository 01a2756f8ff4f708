import ArgumentParser
import Diagnostics
import PipelineDriver

struct CleanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract:
      "Removes an artifact, what it replaced and unfinished work, after saying what and how big.",
    discussion: "EXAMPLE: ./ichor clean train/resnet50")

  @Argument(
    help: ArgumentHelp("STAGE or STAGE/INSTANCE.", valueName: "stage"), completion: .instances)
  var instance: String?

  @Flag(help: "Removes only what killed runs were removing, of all stages.")
  var leftovers = false

  @OptionGroup var options: PipelineOptions

  func validate() throws {
    if leftovers == (instance != nil) {
      throw ValidationError("Name a STAGE or STAGE/INSTANCE, or give --leftovers alone.")
    }
  }

  func run() throws {
    let pipeline = try options.pipeline()
    let cleaning =
      try instance.map { try ArtifactCleaning(pipeline, named: $0) }
      ?? ArtifactCleaning(leftoversIn: pipeline)
    if cleaning.items.isEmpty {
      let place = instance.map { "\($0) left" } ?? "killed runs left"
      try StandardStream.output.write("Nothing to remove: \(place) nothing on the disk.\n")
    }
    for item in cleaning.items {
      try StandardStream.output.write("removing \(item.text)\n")
      try cleaning.remove(item)
    }
  }
}
