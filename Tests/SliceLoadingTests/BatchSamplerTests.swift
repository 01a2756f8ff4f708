import Diagnostics
import Foundation
import Testing

@testable import SliceLoading

@Suite struct BatchSamplerTests {
  /// Expected draws: `python Tests/Oracles/sampler.py`.
  @Test func drawsEqualTheSecondImplementation() throws {
    let sampler = EpochPermutation(
      count: 10, share: try BatchShare(globalBatch: 10), seed: 42)
    #expect(sampler.indices(epoch: 0, step: 0) == [9, 2, 4, 1, 6, 3, 7, 5, 0, 8])
    #expect(sampler.indices(epoch: 1, step: 0) == [0, 8, 2, 3, 1, 6, 7, 5, 9, 4])
  }

  @Test(arguments: [(23, 6, nil), (23, 6, 10), (5, 12, nil), (24, 6, 1)])
  func everyPassTakesEverySliceOnce(count: Int, batch: Int, steps: Int?) throws {
    let sampler = EpochPermutation(
      count: count, share: try BatchShare(globalBatch: batch), seed: 1, stepsPerEpoch: steps)
    #expect(sampler.stepsPerEpoch == steps ?? max(1, count / batch))
    var drawn: [Int] = []
    for epoch in 0..<3 * count {
      for step in 0..<sampler.stepsPerEpoch {
        drawn += sampler.indices(epoch: epoch, step: step)
      }
    }
    let passes = stride(from: 0, to: drawn.count - count, by: count).map {
      Array(drawn[$0..<$0 + count])
    }
    #expect(passes.count > 2)
    #expect(passes.allSatisfy { $0.sorted() == Array(0..<count) })
    #expect(Set(passes).count == passes.count || count == 5)
    // Asked again, in another order: the cache is no state.
    let repeated = sampler.indices(epoch: 0, step: 0)
    #expect(repeated == Array(drawn.prefix(batch)))
  }

  /// 12,000 passes over 4 slices: each of the 24 orders 500 times. Chi-squared with 23 degrees of
  /// freedom exceeds 49.73 with p = 0.001 (scipy.stats.chi2.ppf(0.999, 23)).
  @Test func everyOrderIsEquallyLikely() throws {
    let sampler = EpochPermutation(count: 4, share: try BatchShare(globalBatch: 4), seed: 9)
    var counts: [[Int]: Int] = [:]
    for epoch in 0..<12_000 { counts[sampler.indices(epoch: epoch, step: 0), default: 0] += 1 }
    #expect(counts.count == 24)
    let chiSquared = counts.values.reduce(0.0) { $0 + pow(Double($1) - 500, 2) / 500 }
    #expect(chiSquared < 49.73)
  }

  @Test func sequentialTakesEachSliceOnceInOrder() throws {
    let one = SequentialSampler(count: 7, share: try BatchShare(globalBatch: 4))
    #expect(one.stepsPerEpoch == 2)
    #expect((0..<2).map { one.indices(epoch: 3, step: $0) } == [[0, 1, 2, 3], [4, 5, 6]])
    let last = SequentialSampler(
      count: 5, share: try BatchShare(globalBatch: 4, rank: 1, worldSize: 2))
    #expect((0..<2).map { last.indices(epoch: 0, step: $0) } == [[2, 3], []])
    #expect(SequentialSampler(count: 0, share: one.share).stepsPerEpoch == 0)
  }
}
