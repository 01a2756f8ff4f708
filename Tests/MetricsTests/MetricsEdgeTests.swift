import Foundation
import Metrics
import Testing

@Suite struct MetricsEdgeTests {
  @Test func certaintyInTheWrongIsClipped() {
    // -log(1e-6) = 13.815510557964274 and -log(1 - 1e-6) = 1.000000500029089e-06 (math.log, log1p).
    #expect(abs(LogLoss.term(1, positive: false) - 13.815510557964274) < 1e-9)
    #expect(abs(LogLoss.term(0, positive: true) - 13.815510557964274) < 1e-12)
    #expect(abs(LogLoss.term(1, positive: true) - 1.000000500029089e-06) < 1e-15)
    #expect(abs(LogLoss.term(0, positive: false) - 1.000000500029089e-06) < 1e-15)
  }

  @Test func divergedModelHasNoLossAndNoArea() {
    let scored = ScoredSlices(
      probabilities: [.nan, 0.5, 0.2, 0.5], targets: [1, 0, 0, 1], labelCount: 2)
    #expect(LogLoss.competition(labelCount: 2)(scored).isNaN)
    #expect(ROCCurve.area(scores: scored.probabilities(of: 0), targets: [1, 0]) == nil)
    #expect(ROCCurve.area(scores: scored.probabilities(of: 1), targets: [0, 1]) == 0.5)
  }

  @Test func oneClassHasNoCurve() {
    #expect(ROCCurve.area(scores: [0.1, 0.9], targets: [0, 0]) == nil)
    #expect(ROCCurve.area(scores: [0.1, 0.9], targets: [1, 1]) == nil)
    #expect(ROCCurve(scores: [0.1, 0.9], targets: [1, 1]) == nil)
    #expect(ROCCurve(scores: [], targets: []) == nil)
  }

  @Test func anyCountsTwice() {
    // (2 * 0.7 + 0.1 + 0.2 + 0.3 + 0.4 + 0.5) / 7 by hand.
    let combined = LogLoss.competition().combine([0.7, 0.1, 0.2, 0.3, 0.4, 0.5])
    #expect(abs(combined - 2.9 / 7) < 1e-15)
  }

  @Test func skillAgainstTheFloor() {
    #expect(skill(loss: 0.25, floor: 0.5) == 0.5)
    #expect(skill(loss: 1, floor: 0.5) == -1)
    #expect(skill(loss: 0.1, floor: 0) == nil)
  }

  @Test func noSlicesHaveNoBaseRates() {
    #expect(ConstantPredictor(baseRatesOf: [], labelCount: 6) == nil)
  }

  @Test func areaEqualsTheShareOfOrderedPairs() throws {
    // The definition itself, counted over all pairs.
    let scores = (0..<61).map { Double(($0 * 29) % 17) }
    let targets = (0..<61).map { UInt8(($0 * 13) % 5 < 2 ? 1 : 0) }
    var won = 0.0
    var pairs = 0.0
    for i in 0..<61 where targets[i] == 1 {
      for j in 0..<61 where targets[j] == 0 {
        pairs += 1
        won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0
      }
    }
    let area = try #require(ROCCurve.area(scores: scores, targets: targets))
    #expect(abs(area - won / pairs) < 1e-12)
    let curve = try #require(ROCCurve(scores: scores, targets: targets))
    let trapezoids = zip(curve.points, curve.points.dropFirst()).reduce(0.0) { sum, pair in
      sum + (pair.1.falsePositiveRate - pair.0.falsePositiveRate)
        * (pair.0.truePositiveRate + pair.1.truePositiveRate) / 2
    }
    #expect(abs(area - trapezoids) < 1e-12)
  }
}
