import Foundation
import PipelineContract

/// What a benchmark has measured, for programs and for people.
package protocol BenchmarkResult: Encodable, Sendable {
  /// Lines for a person to read; the last one ends with a line break too.
  var table: String { get }
}

extension BenchmarkResult {
  /// One JSON object, or the table; both end with a line break.
  ///
  /// - Throws: `EncodingError` where a number is not finite.
  package func text(asJSON: Bool) throws -> String {
    asJSON ? String(decoding: try CanonicalJSON.encode(self), as: UTF8.self) : table
  }
}

/// The best and the median of repeatedly measured rates.
struct Rates {
  let best: Double
  /// The lower of the two in the middle where the number of rates is even.
  let median: Double

  /// - Precondition: there is at least one.
  init(_ rates: [Double]) {
    precondition(!rates.isEmpty, "something was measured")
    let sorted = rates.sorted()
    best = sorted[sorted.count - 1]
    median = sorted[(sorted.count - 1) / 2]
  }
}
