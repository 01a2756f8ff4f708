import Foundation

/// The competition's metric as a loss: mean over the batch of the sum over classes of
/// (class weight * binary cross-entropy) / sum of the class weights, from logits.
package struct WeightedBinaryCrossEntropy: Sendable {
  /// One relative weight per class.
  package let classWeights: [Double]

  /// - Precondition: no weight is negative and their sum is positive.
  package init(classWeights: [Double]) {
    precondition(
      classWeights.allSatisfy { $0 >= 0 } && classWeights.reduce(0, +) > 0,
      "class weights are not negative, and not all zero")
    self.classWeights = classWeights
  }

  /// The loss of a batch and its gradient with respect to the logits.
  ///
  /// `loss = max(z, 0) - z * y + log(1 + exp(-|z|))` never overflows; its derivative is
  /// `sigmoid(z) - y`.
  ///
  /// - Parameters:
  ///   - logits: `[samples, classes]`.
  ///   - targets: the same shape, each in 0...1.
  ///   - gradients: the same shape, filled.
  package func evaluate(
    logits: [Float], targets: [Float], gradients: inout [Float]
  ) -> Double {
    let classes = classWeights.count
    precondition(
      logits.count == targets.count && gradients.count == logits.count
        && logits.count % classes == 0, "logits, targets and gradients have one shape")
    let samples = logits.count / classes
    let total = classWeights.reduce(0, +) * Double(samples)
    var loss = 0.0
    for index in logits.indices {
      let weight = classWeights[index % classes] / total
      let logit = Double(logits[index])
      let target = Double(targets[index])
      loss += weight * (max(logit, 0) - logit * target + log1p(exp(-abs(logit))))
      gradients[index] = Float(weight * (Self.sigmoid(logit) - target))
    }
    return loss
  }

  /// `1 / (1 + exp(-logit))`, without overflow.
  package static func sigmoid(_ logit: Double) -> Double {
    let tail = exp(-abs(logit))
    return logit >= 0 ? 1 / (1 + tail) : tail / (1 + tail)
  }
}
