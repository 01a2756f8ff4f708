import ArgumentParser
import BackendChoice
import Benchmarks
import ComputeGraph
import Diagnostics
import Foundation
import OperatingSystem
import NetworkStages
import PipelineContract
import Vocabulary

extension Architecture: ExpressibleByArgument {}
extension BackendName: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension PrecisionChoice: ExpressibleByArgument {}

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Times training steps on a synthetic batch.")
  @OptionGroup var options: NetworkBenchmarkOptions

  func run() throws { try options.run(.train) }
}

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Times predictions of a synthetic batch.")
  @OptionGroup var options: NetworkBenchmarkOptions

  func run() throws { try options.run(.predict) }
}

/// What the benchmarks of networks share.
struct NetworkBenchmarkOptions: ParsableArguments {
  @Option(help: "The backend that computes.") var backend = BackendName.onednn
  @Option(help: "The network.") var model = Architecture.resnet50
  @Option(help: "Height and width of a sample.") var size = 224
  @Option(help: "Samples per step.") var batch = 16
  @Option(help: "The number format of activations and working weights; auto: the faster one.")
  var precision = PrecisionChoice.auto
  @Option(help: "Counted steps.") var steps = 10
  @Option(help: "Threads; default: one per processor.") var threads: Int?
  @Flag(help: "Adds the seconds by kind of operation.") var profile = false
  @Flag(help: "Prints one JSON object.") var json = false

  func validate() throws {
    if size < 1 || batch < 1 || steps < 1 || threads ?? 1 < 1 {
      throw ValidationError("--size, --batch, --steps and --threads must be at least 1")
    }
  }

  func run(_ task: NetworkBenchmark.Task) throws {
    let threads = threads ?? MachineLimits.processors
    try ProcessRoom.require(threads: threads)
    let computing = backend.backend(threads: threads)
    var setup = NetworkBenchmark.Setup(
      architecture: model, size: size, batch: batch, steps: steps, precision: .f32)
    setup.precision =
      try precision.fixed
      ?? PrecisionChooser(computing, library: backend.libraryVersion, threads: threads)
      .choose(for: setup.graph(), of: model, task, batch: batch).precision
    let result = try NetworkBenchmark.run(task, setup, on: computing, profile: profile)
    try StandardStream.output.write(result.text(asJSON: json))
  }
}
