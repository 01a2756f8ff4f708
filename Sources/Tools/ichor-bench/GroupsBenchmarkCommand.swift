import ArgumentParser
import ComputeGraph
import Foundation
import Models
import Benchmarks
import OneDNNBackend
import OperatingSystem
import Vocabulary

struct GroupsBenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "groups",
    abstract:
      "Times grouped convolutions, by layer and pass, with groups merged to several widths.",
    discussion: """
      The first column is what the engine chooses; the others merge every layer's groups in every \
      pass until they have so many channels (oneDNN only).
      Example: ichor-bench groups --model dpn92 --size 112 --channels 1,24,48,96
      """)

  @Option(help: "The network.") var model = Architecture.dpn92
  @Option(help: "Height and width of a sample.") var size = 112
  @Option(help: "Samples in a step.") var batch = 16
  @Option(help: "The number format of activations and working weights.")
  var precision = Precision.bf16
  @Option(help: "Widths to compare, with commas between them; 1 merges nothing.")
  var channels = "24,48,96"
  @Option(help: "Counted rounds of two steps; the best counts.") var rounds = 5
  @Option(help: "Threads; default: one a processor.") var threads: Int?

  private var widths: [Int] { channels.split(separator: ",").compactMap { Int($0) } }

  func validate() throws {
    if size < 1 || batch < 1 || rounds < 1 || threads ?? 1 < 1 {
      throw ValidationError("--size, --batch, --rounds and --threads are at least 1")
    }
    if widths.map(String.init).joined(separator: ",") != channels
      || widths.contains(where: { $0 < 1 })
    {
      throw ValidationError("--channels is a list of whole numbers from 1, such as 24,48")
    }
  }

  func run() throws {
    let threads = threads ?? MachineLimits.processors
    let forms =
      [OneDNN(threads: threads)]
      + widths.map { OneDNN(threads: threads, mergedChannels: $0) }
    let rows = try GroupedConvolutionBenchmark.run(
      NetworkBenchmark.Setup(
        architecture: model, size: size, batch: batch, steps: 2, precision: precision),
      forms: forms, rounds: rounds)
    print("\(model.rawValue) at \(size), batch \(batch), \(precision.rawValue): ms a step")
    Self.show(rows, columns: ["chosen"] + widths.map(String.init))
  }

  private static func show(_ rows: [GroupedConvolutionBenchmark.Row], columns: [String]) {
    func line(_ layers: String, _ pass: String, _ cells: [String]) {
      let padded = [
        layers.padding(toLength: 36, withPad: " ", startingAt: 0),
        pass.padding(toLength: 30, withPad: " ", startingAt: 0),
      ]
      let numbers = cells.map { String(repeating: " ", count: max(0, 8 - $0.count)) + $0 }
      print((padded + numbers).joined())
    }
    func cells(_ milliseconds: [Double]) -> [String] {
      milliseconds.map { String(format: "%.2f", $0) }
    }
    line("layers", "pass", columns)
    var layers = ""
    for row in rows {
      line(row.layers == layers ? "" : row.layers, row.pass, cells(row.milliseconds))
      layers = row.layers
    }
    let total = rows.reduce(into: columns.map { _ in 0.0 }) { sum, row in
      for form in columns.indices { sum[form] += row.milliseconds[form] }
    }
    line("all", "", cells(total))
  }
}
