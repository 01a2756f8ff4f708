import Foundation

/// Where the time of a conversion went, in seconds, all threads together.
package struct ConversionProfile: Sendable, Equatable {
  /// The steps of a slice, in their order; the first reads its header, the last is that of the index.
  package enum Step: String, CaseIterable, Sendable {
    case scan, read, decode, hash, repair, resample, deflate, tar, index
  }

  package private(set) var seconds: [Double]

  package init() { seconds = Step.allCases.map { _ in 0 } }

  package subscript(step: Step) -> Double { seconds[Self.index(step)] }

  /// Runs a step and adds the time it took.
  mutating func measure<Result>(_ step: Step, _ body: () throws -> Result) rethrows -> Result {
    let begin = DispatchTime.now().uptimeNanoseconds
    defer {
      seconds[Self.index(step)] += Double(DispatchTime.now().uptimeNanoseconds &- begin) * 1e-9
    }
    return try body()
  }

  mutating func add(_ other: ConversionProfile) {
    for index in seconds.indices { seconds[index] += other.seconds[index] }
  }

  private static func index(_ step: Step) -> Int {
    switch step {
    case .scan: 0
    case .read: 1
    case .decode: 2
    case .hash: 3
    case .repair: 4
    case .resample: 5
    case .deflate: 6
    case .tar: 7
    case .index: 8
    }
  }
}
