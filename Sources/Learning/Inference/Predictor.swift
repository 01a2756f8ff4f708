import ComputeGraph
import Diagnostics
import SliceLoading
import TensorCore

/// Runs a model over a data set, every slice once, in its order.
package final class Predictor {
  private let network: any CompiledNetwork
  private let dataset: SliceDataset
  private let normalization: ImageNormalization

  /// - Parameter network: compiled from an inference program for the slices' channels and size.
  package init(
    network: any CompiledNetwork, dataset: SliceDataset, normalization: ImageNormalization
  ) {
    self.network = network
    self.dataset = dataset
    self.normalization = normalization
  }

  /// Replaces the model's parameters.
  ///
  /// - Throws: `internalFault` where the backend's library fails.
  package func load(_ parameters: NamedTensors) throws { try network.load(parameters) }

  /// Logits `[slices, classes]`.
  ///
  /// - Parameter unit: what progress counts; nothing is reported where `nil`.
  /// - Throws: an error that names the slice where one can't be loaded; `CancelledBySignal`;
  ///   `internalFault` where the backend's library fails.
  package func logits(context: JobContext, unit: String? = nil) throws -> [Float] {
    let program = network.program
    let shape = program.graph[program.graph.input]
    let classes = program.graph[program.graph.output].channels
    let share = try BatchShare(globalBatch: program.batch)
    let loader = BatchLoader(
      dataset: dataset, sampler: SequentialSampler(count: dataset.count, share: share),
      layout: BatchLayout(
        batch: program.batch, channels: shape.channels, height: shape.height, width: shape.width),
      normalization: normalization, plan: .once, threads: max(1, context.threads / 2),
      cancellation: context.cancellation)
    defer { loader.stop() }
    var result: [Float] = []
    result.reserveCapacity(dataset.count * classes)
    var logits = [Float](repeating: 0, count: program.batch * classes)
    while true {
      let count = try loader.withNextBatch { batch, images in
        try logits.withUnsafeMutableBufferPointer { try network.forward(images, logits: $0) }
        return batch.count
      }
      guard let count else { return result }
      result += logits.prefix(count * classes)
      if let unit {
        context.progress.report(
          completed: result.count / classes, total: dataset.count, unit: unit, detail: "")
      }
    }
  }
}
