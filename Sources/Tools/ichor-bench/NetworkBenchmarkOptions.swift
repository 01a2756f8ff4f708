import ArgumentParser
import BackendChoice
import ComputeGraph
import Foundation
import Models
import Benchmarks
import OperatingSystem
import PipelineContract
import Vocabulary

extension Architecture: ExpressibleByArgument {}
extension BackendName: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}

/// What the benchmarks of networks share.
struct NetworkBenchmarkOptions: ParsableArguments {
  @Option(help: "What computes.") var backend = BackendName.onednn
  @Option(help: "The network.") var model = Architecture.resnet50
  @Option(help: "Height and width of a sample.") var size = 224
  @Option(help: "Samples in a step.") var batch = 16
  @Option(help: "The number format of activations and working weights.")
  var precision = Precision.bf16
  @Option(help: "Counted steps.") var steps = 10
  @Option(help: "Threads; default: one a processor.") var threads: Int?
  @Flag(help: "Adds the seconds by kind of operation.") var profile = false
  @Flag(help: "Prints one JSON object.") var json = false

  func validate() throws {
    if size < 1 || batch < 1 || steps < 1 || threads ?? 1 < 1 {
      throw ValidationError("--size, --batch, --steps and --threads are at least 1")
    }
  }

  func run(_ task: NetworkBenchmark.Task) throws {
    let threads = threads ?? MachineLimits.processors
    let backend = backend.backend(threads: threads)
    let result = try NetworkBenchmark.run(
      task,
      NetworkBenchmark.Setup(
        architecture: model, size: size, batch: batch, steps: steps, precision: precision),
      on: backend, profile: profile)
    print(json ? try Self.json(result) : Self.table(result), terminator: "")
  }

  private static func json(_ result: NetworkBenchmark.Result) throws -> String {
    String(decoding: try CanonicalJSON.encode(result), as: UTF8.self)
  }

  private static func table(_ result: NetworkBenchmark.Result) -> String {
    func text(_ value: Double) -> String { String(format: "%.1f", value) }
    var lines = [
      "\(result.model), \(result.backend), \(result.precision)",
      "  images/s   best \(text(result.imagesPerSecondBest)), "
        + "median \(text(result.imagesPerSecondMedian))",
      "  GFLOP/s    \(text(result.gigaflopsPerSecond))",
      "  memory     \(text(result.plannedMiB)) MiB planned, \(text(result.peakRSSMiB)) MiB peak",
    ]
    let total = result.profile?.values.reduce(0, +) ?? 0
    for (kind, seconds) in (result.profile ?? [:]).sorted(by: { $0.value > $1.value }) {
      lines.append("  \(text(100 * seconds / max(total, 1e-9))) %  \(kind)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
