import Conversion
import Diagnostics
import Foundation
import Logging
import PipelineConfiguration
import Vocabulary

/// Times the conversion of a collection: headers, pixels, shards and index, as the stage does it, but
/// without repairs.
package struct ConversionBenchmark {
  package struct Setup: Sendable {
    /// A folder of DICOM files.
    package var collection: URL
    package var sizes: [Int]
    package var content: PictureContent
    package var threads: Int
    /// Conversions of the whole collection that are counted, after one that is not.
    package var rounds: Int
    /// Where the last round's artifact is left; `nil` removes it.
    package var output: URL?

    package init(
      collection: URL, sizes: [Int], content: PictureContent, threads: Int, rounds: Int,
      output: URL?
    ) {
      self.collection = collection
      self.sizes = sizes
      self.content = content
      self.threads = threads
      self.rounds = rounds
      self.output = output
    }
  }

  package struct Result: Encodable, Sendable {
    package var slices: Int
    package var sizes: [Int]
    package var content: PictureContent
    package var threads: Int
    package var imagesPerSecondBest: Double
    package var imagesPerSecondMedian: Double
    package var peakRSSMiB: Double
    /// Milliseconds a slice by step, all threads together, of the best round; with `--profile` only.
    package var profile: [String: Double]?

    enum CodingKeys: String, CodingKey {
      case slices, sizes, threads, profile
      case content = "windows"
      case imagesPerSecondBest = "images_per_second_best"
      case imagesPerSecondMedian = "images_per_second_median"
      case peakRSSMiB = "peak_rss_mib"
    }
  }

  /// - Throws: what `Converter.convert` throws.
  package static func run(_ setup: Setup, profile: Bool) throws -> Result {
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(
      "ichor-bench-\(UUID())")
    defer { try? FileManager.default.removeItem(at: scratch) }
    let parameters = ConvertParameters(sizes: setup.sizes, content: setup.content, repairs: [])
    var rounds: [(seconds: Double, summary: ConversionSummary)] = []
    for number in 0...setup.rounds {
      try? FileManager.default.removeItem(at: scratch)
      let isLast = number == setup.rounds
      let begun = ContinuousClock.now
      let summary = try Converter.convert(
        collection: setup.collection, parameters,
        into: isLast ? setup.output ?? scratch : scratch,
        context: JobContext(
          logger: Logger(label: "ichor-bench", factory: { _ in SwiftLogNoOpLogHandler() }),
          threads: setup.threads))
      if number > 0 { rounds.append((begun.duration(to: .now) / .seconds(1), summary)) }
    }
    rounds.sort { $0.seconds < $1.seconds }
    let best = rounds[0]
    let slices = best.summary.slicesConverted
    return Result(
      slices: slices, sizes: setup.sizes, content: setup.content,
      threads: setup.threads, imagesPerSecondBest: Double(slices) / best.seconds,
      imagesPerSecondMedian: Double(slices) / rounds[rounds.count / 2].seconds,
      peakRSSMiB: PeakMemory.mebibytes, profile: profile ? Self.profile(best.summary) : nil)
  }

  private static func profile(_ summary: ConversionSummary) -> [String: Double] {
    Dictionary(
      uniqueKeysWithValues: ConversionProfile.Step.allCases.map { step in
        (step.rawValue, summary.profile[step] * 1e3 / Double(max(1, summary.slicesConverted)))
      })
  }
}
