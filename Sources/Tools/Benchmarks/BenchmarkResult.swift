import Foundation
import PipelineContract

/// What a benchmark has measured, for programs and for people.
package protocol BenchmarkResult: Encodable, Sendable {
  /// Lines for a person, the last one ended as well.
  var table: String { get }
}

extension BenchmarkResult {
  /// One JSON object, or the table; both with the last line's end.
  package func text(asJSON: Bool) throws -> String {
    asJSON ? String(decoding: try CanonicalJSON.encode(self), as: UTF8.self) : table
  }
}

/// The best and the median of rates that were measured again and again.
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
