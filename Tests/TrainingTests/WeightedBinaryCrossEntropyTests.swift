import Testing
import Training

@Suite struct WeightedBinaryCrossEntropyTests {
  /// Expected numbers: `loss()` of Tests/Oracles/training_numbers.py.
  @Test func valueAndGradientArePyTorchs() {
    let loss = WeightedBinaryCrossEntropy(classWeights: [2, 1, 0.5])
    var gradients = [Float](repeating: .nan, count: 6)
    let value = loss.evaluate(
      logits: [0.5, -1.25, 3, -40, 2, 0], targets: [1, 0, 1, 1, 1, 0.25], gradients: &gradients)
    #expect(abs(value - 11.671125475259343) < 1e-13)
    let expected: [Float] = [
      -0.10786876251375582, 0.03181430554647269, -0.003387562369826188, -0.2857142857142857,
      -0.017028988860302526, 0.017857142857142856,
    ]
    for (gradient, wanted) in zip(gradients, expected) {
      #expect(abs(gradient - wanted) <= 2e-7 * abs(wanted))
    }
  }

  /// Keras took the class of the largest probability to look up a weight, so that the weight of
  /// `any` had no effect in the report's own code.
  @Test func weightTwoDoublesTheGradientOfAny() {
    let logits: [Float] = [0.7, -0.3, 1.5, -2, 0.1, 0.4]
    let targets: [Float] = [1, 0, 0, 1, 0, 1]
    func gradients(_ weights: [Double]) -> [Double] {
      var gradients = [Float](repeating: 0, count: 6)
      _ = WeightedBinaryCrossEntropy(classWeights: weights).evaluate(
        logits: logits, targets: targets, gradients: &gradients)
      // Undoes the division by the sum of the weights.
      return gradients.map { Double($0) * weights.reduce(0, +) }
    }
    let weighted = gradients([2, 1, 1, 1, 1, 1])
    let even = gradients([1, 1, 1, 1, 1, 1])
    #expect(abs(weighted[0] / even[0] - 2) < 1e-6)
    for label in 1..<6 { #expect(abs(weighted[label] / even[label] - 1) < 1e-6) }
  }

  @Test func hugeLogitsDoNotOverflow() {
    var gradients = [Float](repeating: .nan, count: 2)
    let value = WeightedBinaryCrossEntropy(classWeights: [1, 1]).evaluate(
      logits: [1000, -1000], targets: [0, 1], gradients: &gradients)
    #expect(value == 1000)
    #expect(gradients == [0.5, -0.5])
  }
}
