import ComputeGraph
import Diagnostics
import Foundation
import Models
import Training
import Vocabulary

/// Times training steps or predictions of a model on a synthetic batch.
package struct NetworkBenchmark {
  package typealias Task = SyntheticSteps.Task

  package struct Setup: Sendable {
    package var architecture: Architecture
    package var channels = 1
    package var size: Int
    package var batch: Int
    package var steps: Int
    /// Steps that run first and are not counted.
    package var warmup = 3
    package var precision: Precision

    package init(
      architecture: Architecture, size: Int, batch: Int, steps: Int, precision: Precision
    ) {
      self.architecture = architecture
      self.size = size
      self.batch = batch
      self.steps = steps
      self.precision = precision
    }

    /// - Throws: `configuration` where the model can't take the size.
    package func graph() throws -> Graph {
      try architecture.graph(
        channels: channels, height: size, width: size, classes: SyntheticSteps.classes)
    }
  }

  package struct Result: BenchmarkResult {
    package var backend: String
    package var model: String
    package var precision: String
    package var imagesPerSecondBest: Double
    package var imagesPerSecondMedian: Double
    package var peakRSSMiB: Double
    /// What the engine has planned: activations, weights, gradients, optimiser state.
    package var plannedMiB: Double
    /// Convolutions and linear layers only, two operations per multiply-accumulate; training counts
    /// the forward pass and both backward ones.
    package var gigaflopsPerSecond: Double
    /// Seconds by kind of operation over all counted steps; with `--profile` only.
    package var profile: [String: Double]?

    enum CodingKeys: String, CodingKey {
      case backend, model, precision, profile
      case imagesPerSecondBest = "images_per_second_best"
      case imagesPerSecondMedian = "images_per_second_median"
      case peakRSSMiB = "peak_rss_mib"
      case plannedMiB = "planned_mib"
      case gigaflopsPerSecond = "gflops"
    }

    package var table: String {
      func text(_ value: Double) -> String { String(format: "%.1f", value) }
      var lines = [
        "\(model), \(backend), \(precision)",
        "  images/s   best \(text(imagesPerSecondBest)), median \(text(imagesPerSecondMedian))",
        "  GFLOP/s    \(text(gigaflopsPerSecond))",
        "  memory     \(text(plannedMiB)) MiB planned, \(text(peakRSSMiB)) MiB peak",
      ]
      let total = profile?.values.reduce(0, +) ?? 0
      for (kind, seconds) in (profile ?? [:]).sorted(by: { $0.value > $1.value }) {
        lines.append("  \(text(100 * seconds / max(total, 1e-9))) %  \(kind)")
      }
      return lines.joined(separator: "\n") + "\n"
    }
  }

  /// - Throws: `configuration` where the model can't take the size or the memory isn't available;
  ///   `internalFault` where the backend's library fails; `badData` where a loss is not finite.
  package static func run(
    _ task: Task, _ setup: Setup, on backend: any Backend, profile: Bool
  ) throws -> Result {
    let graph = try setup.graph()
    let network = try backend.compile(
      Program(graph, mode: task == .train ? .training : .inference, batch: setup.batch),
      precision: setup.precision)
    var steps = try SyntheticSteps(graph, network)
    var measured: [Double] = []
    let clock = ContinuousClock()
    for number in 0..<setup.warmup + setup.steps {
      network.profiles = profile && number >= setup.warmup
      let begun = clock.now
      try steps.run(task)
      let seconds = (clock.now - begun) / .seconds(1)
      if number >= setup.warmup { measured.append(Double(setup.batch) / seconds) }
    }
    let rates = Rates(measured)
    let operations = Double(2 * graph.multiplyAccumulates) * (task == .train ? 3 : 1)
    return Result(
      backend: backend.name, model: setup.architecture.rawValue,
      precision: setup.precision.rawValue, imagesPerSecondBest: rates.best,
      imagesPerSecondMedian: rates.median,
      peakRSSMiB: PeakMemory.mebibytes, plannedMiB: Double(network.memoryBytes) / 1_048_576,
      gigaflopsPerSecond: rates.best * operations * 1e-9,
      profile: profile ? network.takeProfile().secondsByKind : nil)
  }
}
