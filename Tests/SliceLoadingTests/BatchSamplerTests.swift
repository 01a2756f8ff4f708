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
    let flip = HorizontalFlip(seed: 7)
    #expect(
      (0..<16).map { flip.applies(epoch: 1, step: 2, sample: $0) ? 1 : 0 }
        == [1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1])
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

  /// 40,000 draws at 0.3: the count's standard deviation is 92; among 10 positives each is drawn
  /// 1,200 times. Chi-squared with 9 degrees of freedom exceeds 27.88 with p = 0.001.
  @Test func balancedDrawsPositivesAtTheirFraction() throws {
    let isPositive = (0..<200).map { $0 % 20 == 3 }
    let labels = isPositive.map { Float($0 ? 1 : 0) }
    let share = try BatchShare(globalBatch: 100)
    let sampler = try BalancedSampler(
      isPositive: isPositive, positiveFraction: 0.3, share: share, seed: 4)
    #expect(sampler.stepsPerEpoch == 2)
    var tally = InclusionTally(labels: labels, classes: 1)
    var each: [Int: Int] = [:]
    for step in 0..<400 {
      let batch = sampler.indices(epoch: 0, step: step)
      tally.add(batch, labels: labels)
      for index in batch { each[index, default: 0] += 1 }
    }
    #expect(tally.draws == 40_000)
    #expect(abs(tally.drawnPositives[0] - 12_000) < 4 * 92)
    #expect(each.count == 200)
    let mean = Double(tally.drawnPositives[0]) / 10
    let chiSquared = (0..<10).reduce(0.0) {
      $0 + pow(Double(each[$1 * 20 + 3] ?? 0) - mean, 2) / mean
    }
    #expect(chiSquared < 27.88)
    // log(0.05 / 0.95) - log(0.3 / 0.7) = -2.0971 and a little for the rate really drawn.
    let correction = try #require(tally.logitCorrections[0])
    #expect(abs(correction - -2.0971) < 0.02)

    let parts = try (0..<4).map { rank in
      try BalancedSampler(
        isPositive: isPositive, positiveFraction: 0.3,
        share: BatchShare(globalBatch: 100, rank: rank, worldSize: 4), seed: 4
      ).indices(epoch: 2, step: 5)
    }
    #expect(Array(parts.joined()) == sampler.indices(epoch: 2, step: 5))
  }

  @Test func balancedRefusesAKindThatHasNoSlice() throws {
    let share = try BatchShare(globalBatch: 4)
    for (isPositive, fraction) in [([false, false], 0.5), ([true], 0.5), ([], 0)] {
      #expect(throws: IchorError.self) {
        try BalancedSampler(
          isPositive: isPositive, positiveFraction: fraction, share: share, seed: 1)
      }
    }
    let onlyNegatives = try BalancedSampler(
      isPositive: [false, true], positiveFraction: 0, share: share, seed: 1)
    #expect(onlyNegatives.indices(epoch: 0, step: 0) == [0, 0, 0, 0])
  }

  @Test func tallyCountsLabelByLabel() {
    let labels: [Float] = [1, 0, 0, 0, 1, 1, 0, 0]
    var tally = InclusionTally(labels: labels, classes: 2)
    #expect(tally.naturalRates == [0.5, 0.25])
    tally.add([0, 0, 2, 3], labels: labels)
    tally.add([1], labels: labels)
    #expect(tally.draws == 5)
    #expect(tally.drawnPositives == [3, 1])
    #expect(tally.drawnRates == [0.6, 0.2])
    let none = InclusionTally(labels: [0, 1], classes: 2)
    #expect(none.logitCorrections == [nil, nil])
  }
}
