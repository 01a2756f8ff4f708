import Foundation
import Inference
import SliceLoading
import Testing

@Suite struct PriorCorrectionTests {
  /// How many slices show a picture and carry a set of labels, `any` and two subtypes: the whole
  /// world of this test, where the best a network can do is known.
  private struct Cell {
    let picture: Int
    let row: [Float]
    let slices: Double
  }

  private static let world: [Cell] = {
    let rows: [[Float]] = [[0, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]]
    let slices: [[Double]] = [[900, 2, 5, 1], [300, 20, 10, 3], [40, 3, 80, 7], [5, 30, 4, 60]]
    return (0..<4).flatMap { picture in
      (0..<4).map { Cell(picture: picture, row: rows[$0], slices: slices[picture][$0]) }
    }
  }()

  /// What the best network says, [pictures, 3], where slices of a row of labels are drawn with
  /// `weight`; and the rates of the labels among them.
  private static func bayes(weight: ([Float]) -> Double) -> (posteriors: [Double], rates: [Double])
  {
    var mass = [Double](repeating: 0, count: 4)
    var positive = [Double](repeating: 0, count: 12)
    for cell in world {
      let drawn = cell.slices * weight(cell.row)
      mass[cell.picture] += drawn
      for label in 0..<3 where cell.row[label] != 0 { positive[cell.picture * 3 + label] += drawn }
    }
    let total = mass.reduce(0, +)
    let rates = (0..<3).map { label in
      (0..<4).reduce(0) { $0 + positive[$1 * 3 + label] } / total
    }
    return (positive.indices.map { positive[$0] / mass[$0 / 3] }, rates)
  }

  /// Mean over the world of the loss of a subtype or `any`, in nats.
  private static func loss(_ posteriors: [Double], label: Int) -> Double {
    let total = world.reduce(0) { $0 + $1.slices }
    return world.reduce(0) { sum, cell in
      let probability = posteriors[cell.picture * 3 + label]
      return sum - cell.slices / total * log(cell.row[label] == 0 ? 1 - probability : probability)
    }
  }

  private static let natural = bayes { _ in 1 }

  /// Positives and negatives kept as the report's code keeps them, 0.9 and 0.18.
  @Test func keepRatesAreTakenBackExactly() {
    let kept = Self.bayes { $0[0] == 0 ? 0.18 : 0.9 }
    var corrected = kept.posteriors
    let correction = PriorCorrection(natural: Self.natural.rates, drawn: kept.rates)
    correction.apply(to: &corrected)
    #expect(correction.corrects == [true, true, true])
    for (value, truth) in zip(corrected, Self.natural.posteriors) {
      #expect(abs(value - truth) < 1e-14)
    }
    for label in 0..<3 {
      #expect(
        Self.loss(kept.posteriors, label: label) > 1.05 * Self.loss(corrected, label: label))
    }
    // A shift of a subtype's own logit would not do: among haemorrhages nothing was changed.
    for label in 1..<3 {
      let shift = Self.logOdds(Self.natural.rates[label]) - Self.logOdds(kept.rates[label])
      let shifted = (0..<4).map {
        Self.sigmoid(Self.logOdds(kept.posteriors[$0 * 3 + label]) + shift)
      }
      let errors = (0..<4).map { abs(shifted[$0] - Self.natural.posteriors[$0 * 3 + label]) }
      #expect((errors.max() ?? 0) > 0.05)
    }
  }

  /// Of two classes the correction is King and Zeng's shift of the logit.
  @Test(arguments: [(0.1, 0.5), (0.5, 0.1), (0.143, 0.4495), (0.01, 0.99)])
  func anyIsShiftedByTheLogOdds(natural: Double, drawn: Double) {
    let correction = PriorCorrection(natural: [natural], drawn: [drawn])
    let shift = Self.logOdds(natural) - Self.logOdds(drawn)
    for probability in [1e-6, 0.01, 0.3, 0.5, 0.97] {
      var corrected = [probability]
      correction.apply(to: &corrected)
      let expected = Self.sigmoid(Self.logOdds(probability) + shift)
      #expect(abs(corrected[0] / expected - 1) < 1e-9)
    }
  }

  /// Weights over subtypes: an approximation for them, which still brings the loss most of the way.
  @Test func subtypeWeightsAreTakenBackForTheMostPart() {
    let drawn = Self.bayes { $0[0] == 0 ? 0.2 : Double($0[1]) * 0.5 + Double($0[2]) * 1 }
    var corrected = drawn.posteriors
    PriorCorrection(natural: Self.natural.rates, drawn: drawn.rates).apply(to: &corrected)
    for label in 0..<3 {
      let best = Self.loss(Self.natural.posteriors, label: label)
      let before = Self.loss(drawn.posteriors, label: label) - best
      let after = Self.loss(corrected, label: label) - best
      #expect(after < 0.25 * before, "label \(label): \(before) to \(after)")
    }
  }

  /// The sampler's own tally, over epochs of the world's slices, comes to the same.
  @Test func theTallyGivesTheRates() throws {
    let labels = Self.world.flatMap { cell in
      (0..<Int(cell.slices)).flatMap { _ in cell.row }
    }
    let sampler = try WeightedSampler(
      labels: labels, classes: 3, rates: SamplingRates(keepPositive: 0.9, keepNegative: 0.18),
      share: BatchShare(globalBatch: 20), seed: 1)
    var tally = InclusionTally(labels: labels, classes: 3)
    for epoch in 0..<30 {
      for step in 0..<sampler.stepsPerEpoch {
        tally.add(sampler.indices(epoch: epoch, step: step), labels: labels)
      }
    }
    var corrected = Self.bayes { $0[0] == 0 ? 0.18 : 0.9 }.posteriors
    PriorCorrection(natural: tally.naturalRates, drawn: tally.drawnRates).apply(to: &corrected)
    for (value, truth) in zip(corrected, Self.natural.posteriors) {
      #expect(abs(value - truth) < 0.02)
    }
  }

  @Test func equalRatesChangeNothing() {
    let probabilities = [0.4, 0.1, 0.35, 0.2, 0.3, 0, 1, 1, 0]
    var corrected = probabilities
    PriorCorrection(natural: [0.3, 0.1, 0.2], drawn: [0.3, 0.1, 0.2]).apply(to: &corrected)
    // In the second row a subtype is more probable than any haemorrhage; it stays what it was.
    for (value, truth) in zip(corrected, probabilities) { #expect(abs(value - truth) < 1e-15) }
  }

  @Test func ratesOfNoneAndAllAreLeftAlone() {
    // The first subtype occurs and was never drawn; the second neither occurs nor was drawn.
    let rare = PriorCorrection(natural: [0.3, 0.1, 0], drawn: [0.5, 0, 0])
    #expect(rare.corrects == [true, false, true])
    var probabilities = [0.5, 0.25, 0.0]
    rare.apply(to: &probabilities)
    #expect(abs(probabilities[0] - 0.3) < 1e-15)
    #expect(probabilities[1] == 0.25 && probabilities[2] == 0)
    // Only positives were drawn, or nothing at all.
    #expect(PriorCorrection(natural: [0.3], drawn: [1]).corrects == [false])
    #expect(PriorCorrection(natural: [0.3], drawn: [0]).corrects == [false])
    #expect(PriorCorrection(natural: [0.3], drawn: [.nan]).corrects == [false])
    // A label that is drawn, and never occurs, is impossible.
    var impossible = [0.7]
    PriorCorrection(natural: [0], drawn: [0.5]).apply(to: &impossible)
    #expect(impossible == [0])
  }

  private static func logOdds(_ probability: Double) -> Double {
    log(probability / (1 - probability))
  }

  private static func sigmoid(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
}
