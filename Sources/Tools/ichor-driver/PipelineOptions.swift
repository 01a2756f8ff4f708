import ArgumentParser
import Foundation
import PipelineDriver

/// The options that every command takes.
struct PipelineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The configuration file.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var config: String = Pipeline.defaultPath("pipeline.yaml")

  @Option(
    help: ArgumentHelp("The folder of all artifacts.", valueName: "folder"), completion: .directory)
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

extension CompletionKind {
  /// The stages and instances of the configuration at its default place.
  static var instances: CompletionKind {
    .custom { _, _, _ in
      let file = URL(fileURLWithPath: Pipeline.defaultPath("pipeline.yaml"))
      let pipeline = try? Pipeline(configurationFile: file, artifacts: file)
      return (pipeline?.graph.instances ?? []).map(\.description)
    }
  }
}
