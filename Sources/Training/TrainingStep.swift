import ComputeGraph
import Diagnostics

/// Forward, loss and backward of one batch on one network.
public struct TrainingStep {
  public let network: any CompiledNetwork
  public let loss: WeightedBinaryCrossEntropy
  /// `[batch, classes]` of the last step.
  public private(set) var logits: [Float]
  private var gradients: [Float]

  /// - Parameter network: compiled from a training program.
  public init(network: any CompiledNetwork, loss: WeightedBinaryCrossEntropy) {
    self.network = network
    self.loss = loss
    let count = network.program.batch * loss.classWeights.count
    logits = [Float](repeating: 0, count: count)
    gradients = logits
  }

  /// Leaves the parameters' gradients in the network; returns the loss.
  ///
  /// - Throws: `IchorError` where the loss is not finite.
  public mutating func run(
    input: UnsafeBufferPointer<Float>, targets: [Float], accumulate: Bool = false
  ) throws -> Double {
    try logits.withUnsafeMutableBufferPointer { try network.forward(input, logits: $0) }
    let value = loss.evaluate(logits: logits, targets: targets, gradients: &gradients)
    guard value.isFinite else {
      throw IchorError(
        .badData, code: "loss-not-finite", "the loss became \(value)",
        remedy: "lower the learning rate or use compute.precision: f32")
    }
    try gradients.withUnsafeBufferPointer { try network.backward($0, accumulate: accumulate) }
    return value
  }
}
