import ArgumentParser
import BackendChoice
import Benchmarks
import ComputeGraph
import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract
import Vocabulary

extension Architecture: ExpressibleByArgument {}
extension BackendName: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}

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
  @Option(help: "The number format of activations and working weights.")
  var precision = Precision.bf16
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
    let backend = backend.backend(threads: threads)
    let result = try NetworkBenchmark.run(
      task,
      NetworkBenchmark.Setup(
        architecture: model, size: size, batch: batch, steps: steps, precision: precision),
      on: backend, profile: profile)
    try StandardStream.output.write(result.text(asJSON: json))
  }
}
