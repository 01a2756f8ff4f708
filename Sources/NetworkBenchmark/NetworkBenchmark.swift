import ComputeGraph
import Diagnostics
import Foundation
import Models

/// Times training steps or predictions of a model on a synthetic batch.
public struct NetworkBenchmark {
  public enum Task: Sendable { case train, predict }

  public struct Setup: Sendable {
    public var architecture: Architecture
    public var channels = 1
    public var size: Int
    public var batch: Int
    public var steps: Int
    /// Steps that run first and are not counted.
    public var warmup = 3
    public var precision: Precision

    public init(
      architecture: Architecture, size: Int, batch: Int, steps: Int, precision: Precision
    ) {
      self.architecture = architecture
      self.size = size
      self.batch = batch
      self.steps = steps
      self.precision = precision
    }

    func graph() throws -> Graph {
      try architecture.graph(
        channels: channels, height: size, width: size, classes: SyntheticSteps.classes)
    }
  }

  public struct Result: Encodable, Sendable {
    public var backend: String
    public var model: String
    public var precision: String
    public var imagesPerSecondBest: Double
    public var imagesPerSecondMedian: Double
    public var peakRSSMiB: Double
    /// Of the engine's own plan: activations, weights, gradients, optimiser state.
    public var plannedMiB: Double
    /// Convolutions and linear layers only, two operations a multiply-accumulate; training counts
    /// the forward pass and both backward ones.
    public var gigaflopsPerSecond: Double
    /// Seconds by kind of operation over all counted steps; with `--profile` only.
    public var profile: [String: Double]?

    enum CodingKeys: String, CodingKey {
      case backend, model, precision, profile
      case imagesPerSecondBest = "images_per_second_best"
      case imagesPerSecondMedian = "images_per_second_median"
      case peakRSSMiB = "peak_rss_mib"
      case plannedMiB = "planned_mib"
      case gigaflopsPerSecond = "gflops"
    }
  }

  public static func run(
    _ task: Task, _ setup: Setup, on backend: any Backend, profile: Bool
  ) throws -> Result {
    let graph = try setup.graph()
    let network = try backend.compile(
      Program(graph, mode: task == .train ? .training : .inference, batch: setup.batch),
      precision: setup.precision)
    var steps = try SyntheticSteps(graph, network)
    var seconds: [Double] = []
    let clock = ContinuousClock()
    for number in 0..<setup.warmup + setup.steps {
      network.profiles = profile && number >= setup.warmup
      let begun = clock.now
      try steps.run(task)
      if number >= setup.warmup { seconds.append((clock.now - begun) / .seconds(1)) }
    }
    seconds.sort()
    let best = Double(setup.batch) / seconds[0]
    let operations = Double(2 * graph.multiplyAccumulates) * (task == .train ? 3 : 1)
    return Result(
      backend: backend.name, model: setup.architecture.rawValue,
      precision: setup.precision.rawValue, imagesPerSecondBest: best,
      imagesPerSecondMedian: Double(setup.batch) / seconds[seconds.count / 2],
      peakRSSMiB: PeakMemory.mebibytes, plannedMiB: Double(network.memoryBytes) / 1_048_576,
      gigaflopsPerSecond: best * operations * 1e-9,
      profile: profile ? network.takeProfile().secondsByKind : nil)
  }
}
