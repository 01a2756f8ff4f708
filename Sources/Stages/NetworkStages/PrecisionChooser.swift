import ComputeGraph
import Diagnostics
import PipelineContract
import Training
import Vocabulary

/// Chooses the number format that is faster on this machine, by a few steps of the very network in each.
package struct PrecisionChooser {
  private let backend: any Backend
  private let library: String
  private let threads: Int
  private let speeds: MeasuredSpeeds

  /// Seconds of steps in each format, at least two steps.
  private static let patience = 0.5
  /// Pixels of a measured batch, 31 pictures at 112 and 8 at 224: a picture of a larger one takes as long,
  /// within some per cent.
  private static let pixels = 400_000

  /// - Parameter library: the version of the backend's library.
  package init(
    _ backend: any Backend, library: String, threads: Int, speeds: MeasuredSpeeds = .standard
  ) {
    self.backend = backend
    self.library = library
    self.threads = threads
    self.speeds = speeds
  }

  package struct Choice: Sendable {
    package let precision: Precision
    /// In one line; `nil` where there was nothing to choose from.
    package let reason: String?
  }

  /// - Parameter graph: of the network; its input tells size and channels.
  /// - Throws: what `SyntheticSteps.imagesPerSecond` throws.
  package func choose(
    for graph: Graph, of model: Architecture, _ task: SyntheticSteps.Task, batch: Int,
    checkpoint: () throws -> Void = {}
  ) throws -> Choice {
    guard formats.count > 1 else {
      return Choice(precision: formats.first ?? .f32, reason: nil)
    }
    let (rates, isNew) = try measure(
      graph, of: model, task, batch: batch, checkpoint: checkpoint)
    let sorted = formats.sorted { rates[$0.rawValue] ?? 0 > rates[$1.rawValue] ?? 0 }
    func text(_ format: Precision) -> String {
      "\(Quantity.fixed(rates[format.rawValue] ?? 0, 1)) images/s in \(format.rawValue)"
    }
    return Choice(
      precision: sorted[0],
      reason: "\(sorted[0].rawValue) is faster here: "
        + sorted.map(text).joined(separator: ", ")
        + (isNew ? ", measured now" : ", measured before on this processor"))
  }

  private var formats: [Precision] { Precision.allCases.filter(backend.supports) }

  /// Images per second in each format, and whether they had to be measured.
  ///
  /// - Throws: what `SyntheticSteps.imagesPerSecond` throws.
  @discardableResult
  package func measure(
    _ graph: Graph, of model: Architecture, _ task: SyntheticSteps.Task, batch: Int,
    checkpoint: () throws -> Void = {}
  ) throws -> (rates: MeasuredSpeeds.Rates, isNew: Bool) {
    let input = graph[graph.input]
    let subject = MeasuredSpeeds.Subject(
      threads: threads, backend: backend.name, library: library, task: task.rawValue,
      model: model.rawValue, channels: input.channels, size: input.height, batch: batch)
    let remembered = speeds.rates(of: subject).flatMap { rates in
      formats.allSatisfy { rates[$0.rawValue] != nil } ? rates : nil
    }
    if let remembered { return (remembered, false) }
    let rates = try steps(graph, task, batch: batch, checkpoint)
    speeds.remember(rates, of: subject)
    return (rates, true)
  }

  private func steps(
    _ graph: Graph, _ task: SyntheticSteps.Task, batch: Int,
    _ checkpoint: () throws -> Void
  ) throws -> MeasuredSpeeds.Rates {
    let input = graph[graph.input]
    let batch = min(batch, max(2, Self.pixels / (input.height * input.width)))
    var rates: MeasuredSpeeds.Rates = [:]
    for format in formats {
      rates[format.rawValue] = try SyntheticSteps.imagesPerSecond(
        of: graph, task, batch: batch, precision: format, on: backend, within: Self.patience,
        checkpoint: checkpoint)
    }
    return rates
  }
}
