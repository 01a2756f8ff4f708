import Metrics
import Testing

/// Expected numbers come from scikit-learn 1.9.1:
/// ```python
/// r = np.arange(40 * 6).reshape(40, 6)
/// p = ((r * 37 + 11) % 101) / 100.0                  # ties, and both ends of [0, 1]
/// y = ((r * r * 7 + r * 3) % 23 < 7).astype(int)
/// q = np.clip(p, 1e-6, 1 - 1e-6)
/// per = [log_loss(y[:, k], q[:, k], labels=[0, 1]) for k in range(6)]
/// np.average(per, weights=[2, 1, 1, 1, 1, 1])
/// [roc_auc_score(y[:, k], p[:, k]) for k in range(6)]
/// b = y[:30].mean(0); c = np.repeat(b[None], 10, 0)  # the constant predictor, on the last 10
/// [log_loss(y[30:, k], c[:, k], labels=[0, 1]) for k in range(6)]
/// ```
@Suite struct MetricsAgainstScikitLearnTests {
  static let probabilities = (0..<240).map { Double(($0 * 37 + 11) % 101) / 100 }
  static let targets = (0..<240).map { UInt8(($0 * $0 * 7 + $0 * 3) % 23 < 7 ? 1 : 0) }
  let scored = ScoredSlices(
    probabilities: Self.probabilities, targets: Self.targets, labelCount: 6)

  @Test func logLossPerLabelAndWeighted() {
    let evaluation = Evaluation(scored, metric: .competition())
    let expected = [
      0.9684673872259065, 1.2009053604411142, 1.578606043542171, 1.0107017318780394,
      0.9868078971482696, 0.9644279024912116,
    ]
    for (score, value) in zip(evaluation.labels, expected) {
      #expect(abs(score.logLoss - value) < 1e-12)
    }
    #expect(abs(evaluation.loss - 1.0969119585646596) < 1e-12)
    #expect(evaluation.labels.map(\.positives) == [11, 13, 15, 15, 15, 14])
  }

  @Test func areaUnderTheCurveWithTies() throws {
    let expected = [
      0.4545454545454545, 0.4643874643874645, 0.4613333333333333, 0.5466666666666666,
      0.5173333333333333, 0.49450549450549447,
    ]
    for (label, value) in expected.enumerated() {
      let area = try #require(
        ROCCurve.area(scores: scored.probabilities(of: label), targets: scored.targets(of: label)))
      #expect(abs(area - value) < 1e-12)
    }
  }

  @Test func constantPredictorOnOtherSlices() throws {
    let base = try #require(
      ConstantPredictor(baseRatesOf: Array(Self.targets[..<180]), labelCount: 6))
    #expect(base.probabilities == [10, 9, 9, 10, 13, 12].map { $0 / 30.0 })
    let evaluation = Evaluation(
      base.scored(against: Array(Self.targets[180...])), metric: .competition())
    let expected = [
      0.47477982616415887, 0.6955940880936138, 0.8650536601710546, 0.7520386983881371,
      0.6216368349248752, 0.5919186453876235,
    ]
    for (score, value) in zip(evaluation.labels, expected) {
      #expect(abs(score.logLoss - value) < 1e-12)
    }
    #expect(abs(evaluation.loss - 0.6394002256133745) < 1e-12)
    // One score for all slices is one big tie.
    #expect(evaluation.labels.allSatisfy { $0.auc == nil || $0.auc == 0.5 })
  }

  /// `roc_curve(t, s, drop_intermediate=False)` and `roc_auc_score(t, s)`.
  @Test func curvePoints() throws {
    let scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.9, 0.1]
    let targets: [UInt8] = [0, 0, 1, 1, 1, 0, 1, 0]
    let curve = try #require(ROCCurve(scores: scores, targets: targets))
    #expect(curve.points.map(\.falsePositiveRate) == [0, 0, 0, 0.5, 0.5, 1])
    #expect(curve.points.map(\.truePositiveRate) == [0, 0.25, 0.5, 0.75, 1, 1])
    #expect(curve.points.map(\.threshold) == [.infinity, 0.9, 0.8, 0.4, 0.35, 0.1])
    #expect(ROCCurve.area(scores: scores, targets: targets) == 0.8125)
  }
}
