import ArtifactTables
import Diagnostics
import SliceLoading

/// Measures the mean and standard deviation that a model's input is normalised with.
enum PixelStatistics {
  /// The number of slices sampled: enough for three digits.
  static let sample = 512

  /// By channel, over at most `sample` slices spread evenly over the data set.
  static func measure(
    _ dataset: SliceDataset, channels: Int, size: Int, context: JobContext
  ) throws -> ModelCard.Normalization {
    let count = min(sample, dataset.count)
    let plain = ImageNormalization(
      mean: [Float](repeating: 0, count: channels),
      deviation: [Float](repeating: 1, count: channels))
    let subset = dataset.subset((0..<count).map { $0 * dataset.count / count })
    let batch = min(16, count)
    let loader = BatchLoader(
      dataset: subset,
      sampler: SequentialSampler(count: count, share: try BatchShare(globalBatch: batch)),
      layout: BatchLayout(batch: batch, channels: channels, height: size, width: size),
      normalization: plain, plan: .once, threads: context.threads,
      cancellation: context.cancellation)
    defer { loader.stop() }
    var sums = [Double](repeating: 0, count: channels)
    var squares = sums
    let area = size * size
    while try loader.withNextBatch({ batch, images -> Bool in
      for image in 0..<batch.count {
        for channel in 0..<channels {
          let start = (image * channels + channel) * area
          for value in images[start..<start + area] {
            sums[channel] += Double(value)
            squares[channel] += Double(value) * Double(value)
          }
        }
      }
      return true
    }) == true {}
    let pixels = Double(count * area)
    let means = sums.map { $0 / pixels }
    let deviations = zip(squares, means).map { square, mean in
      max(square / pixels - mean * mean, 1e-6).squareRoot()
    }
    return ModelCard.Normalization(
      mean: means.map { Float($0) }, deviation: deviations.map { Float($0) })
  }
}
