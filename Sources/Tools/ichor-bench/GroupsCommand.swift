import ArgumentParser
import Benchmarks
import ComputeGraph
import Diagnostics
import Foundation
import OneDNNBackend
import OperatingSystem
import Vocabulary

struct GroupsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "groups",
    abstract:
      "Times grouped convolutions, by layer and pass, with groups merged to several widths.",
    discussion: """
      The first column is what the engine chooses; the others merge every layer's groups in every \
      pass until they have that many channels (oneDNN only).
      Example: ichor-bench groups --model dpn92 --size 112 --channels 1,24,48,96
      """)

  @Option(help: "The network.") var model = Architecture.dpn92
  @Option(help: "Height and width of a sample.") var size = 112
  @Option(help: "Samples per step.") var batch = 16
  @Option(help: "The number format of activations and working weights.")
  var precision = Precision.bf16
  @Option(help: "Widths to compare, with commas between them; 1 merges nothing.")
  var channels = "24,48,96"
  @Option(help: "Counted rounds of two steps; the best counts.") var rounds = 5
  @Option(help: "Threads; default: one per processor.") var threads: Int?

  private var widths: [Int] { channels.split(separator: ",").compactMap { Int($0) } }

  func validate() throws {
    if size < 1 || batch < 1 || rounds < 1 || threads ?? 1 < 1 {
      throw ValidationError("--size, --batch, --rounds and --threads must be at least 1")
    }
    if widths.map(String.init).joined(separator: ",") != channels
      || widths.contains(where: { $0 < 1 })
    {
      throw ValidationError("--channels must be a list of whole numbers from 1, such as 24,48")
    }
  }

  func run() throws {
    let threads = threads ?? MachineLimits.processors
    try ProcessRoom.require(threads: threads)
    let forms =
      [OneDNN(threads: threads)]
      + widths.map { OneDNN(threads: threads, mergedChannels: $0) }
    let result = try GroupedConvolutionBenchmark.run(
      NetworkBenchmark.Setup(
        architecture: model, size: size, batch: batch, steps: 2, precision: precision),
      forms: forms, names: ["chosen"] + widths.map(String.init), rounds: rounds)
    try StandardStream.output.write(result.table)
  }
}
