import ArgumentParser
import Foundation
import PipelineDriver

/// The options that every command takes.
struct PipelineOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
  var config: String = Pipeline.defaultPath("pipeline.yaml")

  @Option(help: ArgumentHelp("The folder of all artifacts.", valueName: "folder"))
  var artifacts: String = Pipeline.defaultPath("artifacts")

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Overrides one key of the configuration; may be repeated.", valueName: "key=value"))
  var overrides: [String] = []

  func pipeline(strictProgram: Bool = false) throws -> Pipeline {
    try Pipeline(
      configurationFile: URL(fileURLWithPath: config), overrides: overrides,
      artifacts: URL(fileURLWithPath: artifacts), strictProgram: strictProgram)
  }
}
