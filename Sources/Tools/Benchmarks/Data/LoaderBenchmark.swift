import ArtifactTables
import Augmentation
import Diagnostics
import Foundation
import NetworkStages
import SliceLoading

/// Times the loader alone: pictures read from shards, decoded, augmented and normalised, in random
/// order, as training takes them.
package enum LoaderBenchmark {
  package struct Setup {
    package let artifact: URL
    package let size: Int
    package let threads: Int
    package let images: Int
    package let rounds: Int
    /// `nil` leaves the pictures as they are.
    package let augmentation: AugmentationRanges?

    /// - Parameters:
    ///   - artifact: a converted collection of three windows.
    ///   - size: edge length, one of those that were converted.
    ///   - images: the number taken in a round.
    package init(
      artifact: URL, size: Int, threads: Int, images: Int, rounds: Int,
      augmentation: AugmentationRanges?
    ) {
      self.artifact = artifact
      self.size = size
      self.threads = threads
      self.images = images
      self.rounds = rounds
      self.augmentation = augmentation
    }
  }

  package struct Result: BenchmarkResult {
    package let images: Int
    package let size: Int
    package let threads: Int
    package let imagesPerSecondBest: Double
    package let imagesPerSecondMedian: Double
    /// Images per second of processor time, all threads together: what one core does.
    package let imagesPerCPUSecondBest: Double
    package let imagesPerCPUSecondMedian: Double
    package let peakRSSMiB: Double

    enum CodingKeys: String, CodingKey {
      case images
      case size
      case threads
      case imagesPerSecondBest = "images_per_second_best"
      case imagesPerSecondMedian = "images_per_second_median"
      case peakRSSMiB = "peak_rss_mib"
      case imagesPerCPUSecondBest = "images_per_cpu_second_best"
      case imagesPerCPUSecondMedian = "images_per_cpu_second_median"
    }

    package var table: String {
      func text(_ value: Double) -> String { String(format: "%.0f", value) }
      return """
        \(size) x \(size), \(threads) threads
          images/s           best \(text(imagesPerSecondBest))
          images/s per core  best \(text(imagesPerCPUSecondBest)), \
        median \(text(imagesPerCPUSecondMedian))

        """
    }
  }

  private static let batch = 16

  /// - Throws: `inputMissing` or `badData` where the artifact can't be read, `configuration` where
  ///   it was not converted to the size.
  package static func run(_ setup: Setup) throws -> Result {
    let table = try SliceTable(artifact: setup.artifact)
    let dataset = SliceDataset(
      source: try ShardSource(
        rows: table.rows, of: table, artifact: setup.artifact, size: setup.size),
      ids: table.rows.map(\.id))
    var measured: [(rate: Double, cpuRate: Double)] = []
    // The first round, which reads the shards from the disk, is not counted.
    for round in 0...setup.rounds {
      let rates = try time(dataset, setup, round: round)
      if round > 0 { measured.append(rates) }
    }
    let (rates, cpuRates) = (Rates(measured.map(\.rate)), Rates(measured.map(\.cpuRate)))
    return Result(
      images: setup.images, size: setup.size, threads: setup.threads,
      imagesPerSecondBest: rates.best, imagesPerSecondMedian: rates.median,
      imagesPerCPUSecondBest: cpuRates.best, imagesPerCPUSecondMedian: cpuRates.median,
      peakRSSMiB: PeakMemory.mebibytes)
  }

  /// Images per second, by the clock and by the processor's time.
  private static func time(
    _ dataset: SliceDataset, _ setup: Setup, round: Int
  ) throws -> (rate: Double, cpuRate: Double) {
    let steps = (setup.images + batch - 1) / batch
    let sampler = EpochPermutation(
      count: dataset.count, share: try BatchShare(globalBatch: batch), seed: 1,
      stepsPerEpoch: steps)
    let clock = ContinuousClock()
    let begun = clock.now
    let cpuBegun = processorSeconds()
    let loader = BatchLoader(
      dataset: dataset, sampler: sampler,
      layout: BatchLayout(batch: batch, channels: 3, height: setup.size, width: setup.size),
      normalization: ImageNormalization(
        mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225]),
      augmentation: setup.augmentation.map { RandomAugmentation($0, seed: 1) },
      plan: BatchPlan(start: .init(epoch: round, step: 0), endEpoch: round + 1),
      threads: setup.threads)
    while try loader.withNextBatch({ _, _ in true }) != nil {}
    loader.stop()
    let images = Double(steps * batch)
    return (
      images / ((clock.now - begun) / .seconds(1)), images / (processorSeconds() - cpuBegun)
    )
  }

  /// Processor time that the process has used, in user and in system mode.
  private static func processorSeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
  }
}
