import Foundation

/// Where the time of a conversion went: seconds of all threads together.
public struct ConversionProfile: Sendable, Equatable {
  /// The steps of a slice, in their order.
  public enum Step: String, CaseIterable, Sendable {
    case read, hash, decode, rescale, resample, deflate, tar
  }

  public private(set) var seconds: [Double]

  public init() { seconds = Step.allCases.map { _ in 0 } }

  public subscript(step: Step) -> Double { seconds[Self.index(step)] }

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
    case .read: 0
    case .hash: 1
    case .decode: 2
    case .rescale: 3
    case .resample: 4
    case .deflate: 5
    case .tar: 6
    }
  }
}
