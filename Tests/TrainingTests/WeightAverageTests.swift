import OracleWeights
import TensorCore
import Testing
import Training

@Suite struct WeightAverageTests {
  /// Written by Tests/Oracles/weight_average.py: PyTorch 2.13.0's average of the samples
  /// `OracleWeights.tensor(name: "sample n", shape: [1, 5], range: -1...1)` with a decay of 0.15.
  private static let trace: [[Float]] = [
    [0.834757209, 0.504756153, 0.614104271, -0.588681459, -0.25175786],
    [-0.136352071, -0.584093508, -0.585057119, -0.24464868, -0.713743758],
    [0.717946823, -0.768000653, -0.860296988, 0.444568457, 0.562899284],
    [0.832990974, 0.161410847, 0.307753717, 0.764774841, 0.262885148],
    [-0.37781712, -0.31513874, -0.341892665, 0.0018513005, 0.145958625],
    [-0.326031982, 0.436032501, 0.401802116, 0.213520074, -0.0899366882],
  ]

  @Test func followsPyTorch() {
    let rule = WeightAverage(decay: 0.15, interval: 1)
    var average = NamedTensors()
    for (step, expected) in Self.trace.enumerated() {
      let sample = OracleWeights.tensor(name: "sample \(step + 1)", shape: [1, 5], range: -1...1)
      average = rule.adding(["weight": sample], to: average, afterSteps: step + 1)
      for (value, expected) in zip(average["weight"]?.values ?? [], expected) {
        #expect(abs(value - expected) < 1e-6)
      }
    }
  }

  /// TensorFlow's documentation of ExponentialMovingAverage: min(decay, (1 + n) / (10 + n)).
  @Test func youngAveragesForgetFaster() {
    let rule = WeightAverage(decay: 0.999, interval: 1)
    #expect(rule.kept(afterSteps: 1) == 2 / 11.0)
    #expect(rule.kept(afterSteps: 90) == 0.91)
    #expect(rule.kept(afterSteps: 8_990) == 8_991 / 9_000.0)
    #expect(rule.kept(afterSteps: 100_000) == 0.999)
  }

  /// A sample stands for the steps since the one before it.
  @Test func aSampleStandsForItsInterval() {
    let rule = WeightAverage(decay: 0.9, interval: 3)
    #expect(abs(rule.kept(afterSteps: 300) - 0.729) < 1e-15)
  }
}
