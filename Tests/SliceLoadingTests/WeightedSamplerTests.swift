import Diagnostics
import Testing

@testable import SliceLoading

@Suite struct WeightedSamplerTests {
  /// Twelve slices of three labels; slices 0, 4, 8 carry `any` and the first subtype, slice 2 `any`
  /// and the second.
  private static let labels: [Float] = (0..<12).flatMap { slice -> [Float] in
    if slice % 4 == 0 { return [1, 1, 0] }
    return slice == 2 ? [1, 0, 1] : [0, 0, 0]
  }
  private static let rates = SamplingRates(
    keepPositive: 0.9, keepNegative: 0.7, positiveShare: 0.6, subtypeShares: [1, 3])

  private func sampler(
    rates: SamplingRates = Self.rates, batch: Int = 4, rank: Int = 0, workers: Int = 1,
    steps: Int? = nil, labels: [Float] = Self.labels
  ) throws -> WeightedSampler {
    try WeightedSampler(
      labels: labels, classes: 3, rates: rates,
      share: BatchShare(globalBatch: batch, rank: rank, worldSize: workers), seed: 42,
      stepsPerEpoch: steps)
  }

  /// Expected draws: `python Tests/Oracles/sampler.py`. The last epoch takes a second round.
  @Test func drawsEqualTheSecondImplementation() throws {
    let one = try sampler(steps: 1)
    #expect(one.indices(epoch: 0, step: 0) == [3, 1, 2, 4])
    #expect(one.indices(epoch: 7, step: 0) == [7, 9, 2, 8])
    let long = try sampler(steps: 4)
    #expect(
      (0..<4).flatMap { long.indices(epoch: 1, step: $0) }
        == [10, 0, 3, 4, 1, 8, 6, 4, 7, 11, 8, 11, 2, 1, 5, 3])
  }

  @Test func weightsAreTheStatedShares() throws {
    let weights = try Self.rates.weights(labels: Self.labels, classes: 3)
    func close(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < 1e-15 }
    // 0.6 of the draws are positive: a quarter for the three slices of the first subtype.
    for slice in [0, 4, 8] { #expect(close(weights[slice], 0.6 * 0.25 / 3 / 0.9)) }
    #expect(close(weights[2], 0.6 * 0.75 / 0.9))
    #expect(close(weights[1], 0.4 / 8 / 0.7))

    let plain = try SamplingRates(keepPositive: 0.5, keepNegative: 0.25)
      .weights(labels: Self.labels, classes: 3)
    #expect(plain.allSatisfy { close($0, 0.25) }, "nothing stated: all that take part weigh alike")

    let absent = try SamplingRates(positiveShare: 1, subtypeShares: [0.9, 0.1])
      .weights(labels: [1, 0, 1, 1, 0, 1, 0, 0, 0], classes: 3)
    #expect(absent == [0.5, 0.5, 0], "a subtype without slices leaves its share to the others")
  }

  @Test func aSliceWithTwoSubtypesIsDrawnForBoth() throws {
    let weights = try SamplingRates(positiveShare: 1, subtypeShares: [0.5, 0.5])
      .weights(labels: [1, 1, 1, 1, 1, 0, 0, 0, 0], classes: 3)
    #expect(weights == [0.75, 0.25, 0])
  }

  @Test func epochsAreFunctionsOfSeedAndEpoch() throws {
    let first = try sampler(steps: 2)
    let epochs = (0..<50).map { epoch in
      (0..<2).flatMap { first.indices(epoch: epoch, step: $0) }
    }
    #expect(Set(epochs).count > 45)
    let second = try sampler(steps: 2)
    for epoch in [31, 2, 49, 30, 31] {
      #expect(second.indices(epoch: epoch, step: 1) == Array(epochs[epoch][4...]))
    }
  }

  @Test func workersShareABatch() throws {
    let whole = try sampler(batch: 6, steps: 3)
    let parts = try (0..<3).map { rank in
      try sampler(batch: 6, rank: rank, workers: 3, steps: 3).indices(epoch: 5, step: 2)
    }
    #expect(parts.allSatisfy { $0.count == 2 })
    #expect(Array(parts.joined()) == whole.indices(epoch: 5, step: 2))
  }

  /// Everything takes part, 24 of 12 slices: two rounds, each with every slice. Of 30, six come
  /// a third time.
  @Test(arguments: [(24, 0), (30, 6)])
  func anEpochPastWhatTakesPartBeginsAnotherRound(size: Int, third: Int) throws {
    let sampler = try sampler(rates: SamplingRates(), batch: size)
    #expect(sampler.stepsPerEpoch == 1)
    var counts = [Int](repeating: 0, count: 12)
    for slice in sampler.indices(epoch: 0, step: 0) { counts[slice] += 1 }
    #expect(counts.count { $0 == 3 } == third)
    #expect(counts.count { $0 == 2 } == 12 - third)
  }

  @Test func anEpochIsAsLongAsWhatTakesPart() throws {
    // 4 * 0.9 + 8 * 0.7 = 9.2 slices on average.
    let short = try sampler(batch: 4)
    #expect(short.stepsPerEpoch == 2)
    let long = try sampler(batch: 40)
    #expect(long.stepsPerEpoch == 1)
    let positives = try sampler(rates: SamplingRates(positiveShare: 1), batch: 2)
    #expect(positives.stepsPerEpoch == 2, "negatives never take part")
    let drawn = (0..<2).flatMap { positives.indices(epoch: 0, step: $0) }
    #expect(drawn.sorted() == [0, 2, 4, 8])
  }

  @Test func refusesAKindThatHasNoSlice() throws {
    let negatives = [Float](repeating: 0, count: 9)
    let cases: [(SamplingRates, [Float])] = [
      (SamplingRates(positiveShare: 0.5), negatives), (SamplingRates(), []),
      (SamplingRates(keepPositive: 0, positiveShare: 0.1), Self.labels),
      (SamplingRates(keepNegative: 0, positiveShare: 0.9), Self.labels),
      (SamplingRates(subtypeShares: [0, 1]), [1, 1, 0, 0, 0, 0]),
      (SamplingRates(keepPositive: 0, keepNegative: 0), Self.labels),
    ]
    for (rates, labels) in cases {
      let error = #expect(throws: IchorError.self) {
        _ = try self.sampler(rates: rates, labels: labels)
      }
      #expect(error?.code == "sampler-kind-empty")
    }
    let few = #expect(throws: IchorError.self) {
      try sampler(rates: SamplingRates(keepPositive: 0.01, keepNegative: 0.01))
    }
    #expect(few?.code == "sampler-keeps-nothing")
    let natural = try sampler(rates: SamplingRates(), batch: 2, labels: negatives)
    #expect(natural.stepsPerEpoch == 1, "no positives, none asked for")
  }
}
