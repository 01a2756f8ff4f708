import Randomness
import Foundation
import Testing

@testable import SliceLoading

/// The sampler's rates against theory. Critical values: scipy.stats.chi2.ppf(0.999, degrees); the
/// draws are fixed by their seeds, so a test passes always or never. Each test also shows that it
/// tells a wrong sampler.
@Suite struct WeightedSamplerStatisticsTests {
  // MARK: Six slices, one of each subtype and a negative one

  private static let shares = [0.4, 0.25, 0.2, 0.1, 0.05]
  /// By `SamplingRates`: 0.2 for the negative slice, 0.8 of its share for each positive one.
  private static let weights = [0.2, 0.32, 0.2, 0.16, 0.08, 0.04]
  private static let labels: [Float] = (0..<6).flatMap { slice in
    (0..<6).map { $0 == slice || $0 == 0 && slice > 0 ? slice == 0 ? 0 : 1 : 0 }
  }

  private func sampler(seed: UInt64) throws -> WeightedSampler {
    try WeightedSampler(
      labels: Self.labels, classes: 6,
      rates: SamplingRates(positiveShare: 0.8, subtypeShares: Self.shares),
      share: BatchShare(globalBatch: 3), seed: seed, stepsPerEpoch: 1)
  }

  /// Slices taken one after the other, each in proportion to its weight among those left: the
  /// probability of every set of three, summed over the orders in which it may be taken.
  private static let setProbabilities: [Set<Int32>: Double] = {
    var sets: [Set<Int32>: Double] = [:]
    for first in 0..<6 {
      for second in 0..<6 where second != first {
        for third in 0..<6 where third != first && third != second {
          let (a, b, c) = (weights[first], weights[second], weights[third])
          sets[[Int32(first), Int32(second), Int32(third)], default: 0] +=
            a * b / (1 - a) * c / (1 - a - b)
        }
      }
    }
    return sets
  }()

  /// 100,000 epochs of three slices: the first one by weight (5 degrees of freedom), the set by
  /// enumeration (19). Smallest expected count: 340 sets.
  @Test func aSmallPopulationIsDrawnAsEnumerated() throws {
    let sampler = try sampler(seed: 11)
    let drawn = (0..<100_000).map { sampler.draw(3, epoch: $0, round: 0) }
    #expect(abs(Self.setProbabilities.values.reduce(0, +) - 1) < 1e-12)
    #expect(Self.firstStatistic(drawn) < 20.515)
    #expect(Self.setStatistic(drawn) < 43.820)
    // Wrong samplers: keys u / w (sequential Poisson sampling), and keys without weights.
    let poisson = (0..<100_000).map { Self.mutant(epoch: $0) { $0 / $1 } }
    #expect(Self.firstStatistic(poisson) > 1000)
    #expect(Self.setStatistic(poisson) > 1000)
    let unweighted = (0..<20_000).map { Self.mutant(epoch: $0) { key, _ in key } }
    #expect(Self.setStatistic(unweighted) > 1000)
  }

  /// In the epoch's order each of the slices drawn stands anywhere: the heaviest one in each of
  /// three places (2 degrees of freedom). In the order of the keys it would stand in front.
  @Test func theOrderOfAnEpochTellsNothing() throws {
    let sampler = try sampler(seed: 12)
    var places = [0.0, 0, 0]
    var unshuffled = [0.0, 0, 0]
    for epoch in 0..<20_000 {
      if let place = sampler.indices(epoch: epoch, step: 0).firstIndex(of: 1) { places[place] += 1 }
      if let place = sampler.draw(3, epoch: epoch, round: 0).firstIndex(of: 1) {
        unshuffled[place] += 1
      }
    }
    let even = [Double](repeating: places.reduce(0, +) / 3, count: 3)
    #expect(Self.chiSquared(places, expected: even) < 13.816)
    #expect(Self.chiSquared(unshuffled, expected: even) > 100)
  }

  private static func firstStatistic(_ drawn: [[Int32]]) -> Double {
    var counts = [Double](repeating: 0, count: 6)
    for slices in drawn { counts[Int(slices[0])] += 1 }
    return chiSquared(counts, expected: weights.map { $0 * Double(drawn.count) })
  }

  private static func setStatistic(_ drawn: [[Int32]]) -> Double {
    var counts: [Set<Int32>: Double] = [:]
    for slices in drawn { counts[Set(slices), default: 0] += 1 }
    let sets = setProbabilities.map { (counts[$0.key] ?? 0, $0.value * Double(drawn.count)) }
    return chiSquared(sets.map(\.0), expected: sets.map(\.1))
  }

  private static func mutant(epoch: Int, key: (Double, Double) -> Double) -> [Int32] {
    var random = CounterRandom(seed: 3, purpose: "mutant", epoch: epoch)
    let keys = weights.map { key(random.uniform(), $0) }
    return keys.indices.sorted { keys[$0] < keys[$1] }.prefix(3).map(Int32.init)
  }

  // MARK: RSNA's label counts

  /// One draw from 752,802 slices. Which of them take part: binomial, by combination of labels (12
  /// degrees of freedom). The first 2,000 by key: in proportion to the weights (11). The first
  /// 100,000: see `Theory`.
  @Test func ratesAgreeWithTheoryForRSNAsLabelCounts() throws {
    let labels = RSNALabelTable.labels()
    let rates = SamplingRates(
      keepPositive: 0.9, keepNegative: 0.18, positiveShare: 0.5,
      subtypeShares: [0.3, 0.2, 0.2, 0.2, 0.1])
    let sampler = try WeightedSampler(
      labels: labels, classes: 6, rates: rates, share: BatchShare(globalBatch: 100_000), seed: 5)
    let drawn = sampler.draw(.max, epoch: 0, round: 0)

    let slices = RSNALabelTable.combinations.map { Double($0.slices) }
    let keep = RSNALabelTable.combinations.map { $0.row[0] == 0 ? 0.18 : 0.9 }
    let kept = RSNALabelTable.counts(drawn)
    func keepStatistic(_ keep: [Double]) -> Double {
      slices.indices.reduce(0) {
        $0 + pow(kept[$1] - slices[$1] * keep[$1], 2) / (slices[$1] * keep[$1] * (1 - keep[$1]))
      }
    }
    #expect(keepStatistic(keep) < 32.909)
    #expect(keepStatistic(keep.map { $0 * 1.01 }) > 100)

    let weights = Self.weights(rates)
    let mass = slices.indices.map { slices[$0] * keep[$0] * weights[$0] }
    #expect(abs(mass.reduce(0, +) - 1) < 1e-12)
    let early = RSNALabelTable.counts(Array(drawn.prefix(2000)))
    #expect(Self.chiSquared(early, expected: mass.map { $0 * 2000 }) < 31.264)

    let counts = RSNALabelTable.counts(Array(drawn.prefix(100_000)))
    let exponential = Theory(
      slices: slices, keep: keep, weights: weights, draws: 100_000,
      inclusion: { 1 - exp(-$0) }, density: { exp(-$0) })
    #expect(exponential.statistic(counts) < 31.264)
    // Weights taken as probabilities of inclusion, as sequential Poisson sampling takes them.
    let poisson = Theory(
      slices: slices, keep: keep, weights: weights, draws: 100_000,
      inclusion: { min($0, 1 - 1e-9) }, density: { $0 < 1 ? 1 : 0 })
    #expect(poisson.statistic(counts) > 1000)
  }

  /// The weights by combination, by the definition and from the margins alone.
  private static func weights(_ rates: SamplingRates) -> [Double] {
    let shares = rates.subtypeShares ?? []
    return RSNALabelTable.combinations.map { combination in
      if combination.row[0] == 0 { return 0.5 / (0.18 * Double(RSNALabelTable.negatives)) }
      return (1..<6).reduce(0) {
        $0 + Double(combination.row[$1]) * shares[$1 - 1] / Double(RSNALabelTable.margins[$1])
      } * 0.5 / 0.9
    }
  }

  private static func chiSquared(_ counts: [Double], expected: [Double]) -> Double {
    zip(counts, expected).reduce(0) { $0 + pow($1.0 - $1.1, 2) / $1.1 }
  }

  /// What a large population comes to: a slice is drawn where its key is below a threshold t, which
  /// is where `draws` of them are expected; counts by combination are binomial, and tied to their
  /// sum through the threshold (Rosén, "Asymptotic theory for order sampling", J. Statist. Plann.
  /// Inference 62, 1997).
  ///
  /// The counts at the drawn threshold are those at t, moved along the density of keys there; the
  /// least squares over that move leave one degree of freedom less than there are combinations.
  private struct Theory {
    let expected: [Double]
    let variance: [Double]
    /// Slices that a small rise of the threshold adds.
    let move: [Double]

    init(
      slices: [Double], keep: [Double], weights: [Double], draws: Double,
      inclusion: (Double) -> Double, density: (Double) -> Double
    ) {
      func probabilities(_ threshold: Double) -> [Double] {
        zip(keep, weights).map { $0 * inclusion($1 * threshold) }
      }
      func sum(_ threshold: Double) -> Double {
        zip(slices, probabilities(threshold)).reduce(0) { $0 + $1.0 * $1.1 }
      }
      var (low, high) = (0.0, 1e9)
      for _ in 0..<200 {
        let middle = (low + high) / 2
        if sum(middle) < draws { low = middle } else { high = middle }
      }
      let probability = probabilities(low)
      expected = zip(slices, probability).map(*)
      variance = zip(expected, probability).map { $0 * (1 - $1) }
      move = slices.indices.map {
        slices[$0] * keep[$0] * weights[$0] * density(weights[$0] * low)
      }
    }

    func statistic(_ counts: [Double]) -> Double {
      var (square, cross, moved) = (0.0, 0.0, 0.0)
      for index in counts.indices {
        let difference = counts[index] - expected[index]
        square += difference * difference / variance[index]
        cross += difference * move[index] / variance[index]
        moved += move[index] * move[index] / variance[index]
      }
      return square - cross * cross / moved
    }
  }
}
