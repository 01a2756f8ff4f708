import ComputeGraph

/// Clipping by the global norm: Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent
/// neural networks" (arXiv:1211.5063), as `torch.nn.utils.clip_grad_norm_` does it.
package enum GradientClipping {
  /// Scales all gradients by `limit / (norm + 1e-6)` where that is less than 1.
  ///
  /// - Returns: the norm before.
  /// - Throws: `internalFault` where the backend's library fails.
  @discardableResult
  package static func clip(_ network: any CompiledNetwork, to limit: Double) throws -> Double {
    let norm = try network.gradientNorm(of: nil)
    let factor = limit / (norm + 1e-6)
    if factor < 1 { try network.scaleGradients(by: Float(factor)) }
    return norm
  }
}
