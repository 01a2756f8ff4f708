/// `merge/weights.json`: how much each model counts in the average, and why.
package struct EnsembleWeights: ArtifactDocument {
  /// One model's validation loss and its share.
  package struct Model: Codable, Equatable, Sendable {
    package let loss: Double
    /// All models' weights sum to 1.
    package let weight: Double

    package init(loss: Double, weight: Double) {
      self.loss = loss
      self.weight = weight
    }
  }

  /// The least that `1 - loss` counts as: a loss of 1 or more would otherwise give a weight that
  /// is zero or negative.
  package static let leastShare = 1e-3

  package let models: [String: Model]
  /// Whether the losses are of slices that the models were trained on, LEAKY.
  package let leaky: Bool

  package init(models: [String: Model], leaky: Bool = false) {
    self.models = models
    self.leaky = leaky
  }

  package var fault: String? {
    if models.isEmpty { return "it weighs no model" }
    if models.values.contains(where: { $0.loss < 0 }) { return "a loss is never below 0" }
    // The sum of the weights is 1 up to rounding, in a file as well as in the calculation.
    let sum = models.values.reduce(0) { $0 + $1.weight }
    let areShares = models.values.allSatisfy { $0.weight >= 0 } && abs(sum - 1) < 1e-6
    return areShares ? nil : "the weights are not shares that sum to 1"
  }
}
