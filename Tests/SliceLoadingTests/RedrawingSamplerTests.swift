import Diagnostics
import Foundation
import Testing

@testable import SliceLoading

@Suite struct RedrawingSamplerTests {
  @Test(arguments: [(10, 5, 2), (23, 5, 4), (7, 9, 1), (1000, 2, 500)])
  func aDrawIsAShareAndTheRestIsTheRest(count: Int, folds: Int, expected: Int) {
    let redraw = ValidationRedraw(count: count, folds: folds, seed: 3)
    #expect(redraw.heldOutCount == expected)
    for epoch in 0..<4 {
      let (heldOut, rest) = (redraw.heldOut(epoch: epoch), redraw.rest(epoch: epoch))
      #expect(heldOut.count == expected)
      #expect((heldOut + rest).sorted() == Array(0..<count))
      #expect(heldOut == heldOut.sorted() && rest == rest.sorted())
    }
  }

  /// Asked again, in another order and by another object: seed and epoch decide alone.
  @Test func seedAndEpochDecide() {
    let redraw = ValidationRedraw(count: 100, folds: 5, seed: 3)
    let draws = (0..<6).map { redraw.heldOut(epoch: $0) }
    #expect(Set(draws).count == 6)
    #expect((0..<6).reversed().map { redraw.heldOut(epoch: $0) } == draws.reversed())
    #expect(ValidationRedraw(count: 100, folds: 5, seed: 3).heldOut(epoch: 4) == draws[4])
    #expect(ValidationRedraw(count: 100, folds: 5, seed: 4).heldOut(epoch: 4) != draws[4])
  }

  /// 10 slices, 5 folds, 5,000 epochs: each slice is drawn 1,000 times. Without replacement the sum
  /// of (count - 1000)² / (1000 · 8/9) has 9 degrees of freedom; scipy.stats.chi2.ppf(0.999, 9) is
  /// 27.88.
  @Test func everySliceIsEquallyLikely() {
    let redraw = ValidationRedraw(count: 10, folds: 5, seed: 11)
    var counts = [Int](repeating: 0, count: 10)
    for epoch in 0..<5000 {
      for slice in redraw.heldOut(epoch: epoch) { counts[slice] += 1 }
    }
    let chiSquared = counts.reduce(0.0) { $0 + pow(Double($1) - 1000, 2) / (1000 * 8 / 9) }
    #expect(chiSquared < 27.88)
  }

  /// Plain epochs over the rest: every slice of it once per epoch, and none of the draw.
  @Test func anEpochTakesTheRestOnce() throws {
    let redraw = ValidationRedraw(count: 30, folds: 5, seed: 1)
    let sampler = try Self.sampler(redraw, epochs: 4, batch: 6)
    #expect(sampler.stepsPerEpoch == 4)
    for epoch in 0..<4 {
      let drawn = (0..<4).flatMap { sampler.indices(epoch: epoch, step: $0) }
      #expect(drawn.sorted() == redraw.rest(epoch: epoch))
    }
    let again = try Self.sampler(redraw, epochs: 4, batch: 6)
    #expect(again.indices(epoch: 3, step: 2) == sampler.indices(epoch: 3, step: 2))
  }

  /// The labels that a weighted sampler sees are those of the slices that it draws.
  @Test func weightsFollowTheSlices() throws {
    let labels = (0..<40).flatMap { [$0 % 4 == 0 ? 1 : 0, $0 % 4 == 0 ? 1 : 0] as [Float] }
    let redraw = ValidationRedraw(count: 40, folds: 4, seed: 2)
    let share = try BatchShare(globalBatch: 3)
    let sampler = try RedrawingSampler(
      redraw, labels: labels, classes: 2, epochs: 6, stepsPerEpoch: 1
    ) { labels, steps in
      try WeightedSampler(
        labels: labels, classes: 2, rates: SamplingRates(positiveShare: 1), share: share, seed: 5,
        stepsPerEpoch: steps)
    }
    for epoch in 0..<6 {
      let drawn = sampler.indices(epoch: epoch, step: 0)
      #expect(drawn.count == 3 && drawn.allSatisfy { labels[$0 * 2] == 1 })
      #expect(Set(drawn).isDisjoint(with: redraw.heldOut(epoch: epoch)))
    }
  }

  /// One positive slice: in the epoch that validates on it there is none to train on.
  @Test func whatNoEpochCanDrawIsRefusedAtOnce() throws {
    let labels = (0..<8).flatMap { [$0 == 0 ? 1 : 0, 0] as [Float] }
    let redraw = ValidationRedraw(count: 8, folds: 2, seed: 2)
    let epochs = try #require((0..<64).first { redraw.heldOut(epoch: $0).contains(0) }) + 1
    let share = try BatchShare(globalBatch: 2)
    let error = #expect(throws: IchorError.self) {
      try RedrawingSampler(
        redraw, labels: labels, classes: 2, epochs: epochs, stepsPerEpoch: 1
      ) { labels, steps in
        try WeightedSampler(
          labels: labels, classes: 2, rates: SamplingRates(positiveShare: 0.5), share: share,
          seed: 5, stepsPerEpoch: steps)
      }
    }
    #expect(error?.code == "sampler-kind-empty")
  }

  @Test func aSubsetKeepsWhatBelongsTogether() throws {
    let whole = try MemorySource(count: 5).dataset
    let part = whole.subset([3, 1])
    #expect(part.count == 2 && part.ids == ["ID_3", "ID_1"])
    let labels = try #require(whole.labels)
    #expect(part.labels == Array(labels[18..<24]) + Array(labels[6..<12]))
    var (own, other): ([UInt8], [UInt8]) = ([], [])
    try part.source.readPNG(at: 0, into: &own)
    try whole.source.readPNG(at: 3, into: &other)
    #expect(own == other && !own.isEmpty)
  }

  private static func sampler(_ redraw: ValidationRedraw, epochs: Int, batch: Int) throws
    -> RedrawingSampler
  {
    let share = try BatchShare(globalBatch: batch)
    return try RedrawingSampler(
      redraw, labels: [Float](repeating: 0, count: redraw.count), classes: 1, epochs: epochs,
      stepsPerEpoch: nil
    ) { labels, steps in
      EpochPermutation(count: labels.count, share: share, seed: 9, stepsPerEpoch: steps)
    }
  }
}
