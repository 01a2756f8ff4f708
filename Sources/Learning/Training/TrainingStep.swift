import ComputeGraph
import Diagnostics

/// Forward, loss and backward of one batch on one network.
package struct TrainingStep {
  /// The loss of a batch became NaN or infinite; it has no gradients.
  package struct LossNotFinite: Error {
    package let loss: Double

    /// For callers that cannot say more about the step.
    package var asIchorError: IchorError {
      IchorError(
        .badData, code: "loss-not-finite", "The loss became \(loss)",
        remedy: "Lower the learning rate, or use compute.precision: f32.")
    }
  }

  package let network: any CompiledNetwork
  package let loss: WeightedBinaryCrossEntropy
  /// The logits of the last step, `[batch, classes]`.
  package private(set) var logits: [Float]
  private var gradients: [Float]

  /// - Parameter network: compiled from a training program.
  package init(network: any CompiledNetwork, loss: WeightedBinaryCrossEntropy) {
    self.network = network
    self.loss = loss
    let count = network.program.batch * loss.classWeights.count
    logits = [Float](repeating: 0, count: count)
    gradients = logits
  }

  /// Leaves the parameters' gradients in the network; returns the loss.
  ///
  /// - Parameters:
  ///   - share: the batch's share of what an optimiser step sees; it scales the gradients.
  ///   - accumulate: whether to add to the gradients of the parts before.
  /// - Throws: `LossNotFinite`; `internalFault` where the backend's library fails.
  package mutating func run(
    input: UnsafeBufferPointer<Float>, targets: [Float], share: Double = 1,
    accumulate: Bool = false
  ) throws -> Double {
    try logits.withUnsafeMutableBufferPointer { try network.forward(input, logits: $0) }
    let value = loss.evaluate(logits: logits, targets: targets, gradients: &gradients)
    guard value.isFinite else { throw LossNotFinite(loss: value) }
    if share != 1 {
      for index in gradients.indices { gradients[index] *= Float(share) }
    }
    try gradients.withUnsafeBufferPointer { try network.backward($0, accumulate: accumulate) }
    return value
  }
}
