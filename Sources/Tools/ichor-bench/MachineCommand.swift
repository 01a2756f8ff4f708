import ArgumentParser
import BackendChoice
import Benchmarks
import Diagnostics
import Foundation
import OperatingSystem
import PipelineConfiguration

struct MachineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine",
    abstract: "Measures what the plan of a first run rests on, and remembers it.",
    discussion: """
      A few steps of each network in each number format, some slices of the data; what is known for this \
      processor is not measured again.
      Example: ichor-bench machine --config pipeline.yaml
      """)

  @Option(help: "The configuration file.") var config = "pipeline.yaml"
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Overrides one key of the configuration.", valueName: "key=value"))
  var overrides: [String] = []

  func run() throws {
    let configuration = try Configuration.load(file: URL(filePath: config), overrides: overrides)
    let threads = configuration.compute.threads ?? MachineLimits.processors
    try ProcessRoom.require(threads: threads)
    let backend = configuration.compute.backend
    try MachineBenchmark(
      configuration, backend: backend.backend(threads: threads), library: backend.libraryVersion,
      threads: threads
    ) {
      StandardStream.error.tell("ichor-bench: measuring \($0)\n")
    }.run()
  }
}
