import Conversion
import Diagnostics
import Foundation
import Logging
import PipelineConfiguration
import Vocabulary

/// Times the conversion of a collection: headers, pixels, shards and index, as in the stage, but
/// without repairs.
package struct ConversionBenchmark {
  package struct Setup: Sendable {
    /// A folder of DICOM files.
    package var collection: URL
    package var sizes: [Int]
    package var content: PictureContent
    package var threads: Int
    /// Counted conversions of the whole collection, after one that is not counted.
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

  package struct Result: BenchmarkResult {
    package var slices: Int
    package var sizes: [Int]
    package var content: PictureContent
    package var threads: Int
    package var imagesPerSecondBest: Double
    package var imagesPerSecondMedian: Double
    package var peakRSSMiB: Double
    /// Milliseconds per slice by step, all threads together, in the best round; with `--profile`
    /// only.
    package var profile: [String: Double]?

    enum CodingKeys: String, CodingKey {
      case slices, sizes, threads, profile
      case content = "windows"
      case imagesPerSecondBest = "images_per_second_best"
      case imagesPerSecondMedian = "images_per_second_median"
      case peakRSSMiB = "peak_rss_mib"
    }

    package var table: String {
      func text(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
      var lines = [
        "\(slices) slices, \(content.names.joined(separator: ", ")) at "
          + "\(sizes.map(String.init).joined(separator: ", ")), \(threads) threads",
        "  images/s   best \(text(imagesPerSecondBest, 0)), median \(text(imagesPerSecondMedian, 0))",
        "  memory     \(text(peakRSSMiB, 0)) MiB peak",
      ]
      for (step, milliseconds) in (profile ?? [:]).sorted(by: { $0.value > $1.value }) {
        lines.append("  \(text(milliseconds, 3)) ms per slice  \(step)")
      }
      return lines.joined(separator: "\n") + "\n"
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
    guard let best = rounds.min(by: { $0.seconds < $1.seconds }) else {
      preconditionFailure("at least one round is counted")
    }
    let slices = best.summary.slicesConverted
    let rates = Rates(rounds.map { Double(slices) / $0.seconds })
    return Result(
      slices: slices, sizes: setup.sizes, content: setup.content,
      threads: setup.threads, imagesPerSecondBest: rates.best,
      imagesPerSecondMedian: rates.median,
      peakRSSMiB: PeakMemory.mebibytes, profile: profile ? Self.profile(best.summary) : nil)
  }

  private static func profile(_ summary: ConversionSummary) -> [String: Double] {
    Dictionary(
      uniqueKeysWithValues: ConversionProfile.Step.allCases.map { step in
        (step.rawValue, summary.profile[step] * 1e3 / Double(max(1, summary.slicesConverted)))
      })
  }
}
