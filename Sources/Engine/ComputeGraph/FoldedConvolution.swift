/// Weights and bias of a convolution with the batch normalisation after it folded in.
///
/// `W' = W * scale / sqrt(variance + epsilon)`, `b' = shift - mean * scale / sqrt(...)`, computed
/// in double precision.
package enum FoldedConvolution {
  /// - Parameters:
  ///   - weights: `[out, ...]`; the other arrays are `[out]`.
  package static func fold(
    weights: [Float], scale: [Float], shift: [Float], mean: [Float], variance: [Float],
    epsilon: Float
  ) -> (weights: [Float], bias: [Float]) {
    let outputs = scale.count
    let perOutput = weights.count / outputs
    var folded = weights
    var bias = shift
    for output in 0..<outputs {
      let factor =
        Double(scale[output]) / (Double(variance[output]) + Double(epsilon)).squareRoot()
      for index in output * perOutput..<(output + 1) * perOutput {
        folded[index] = Float(Double(weights[index]) * factor)
      }
      bias[output] = Float(Double(shift[output]) - Double(mean[output]) * factor)
    }
    return (folded, bias)
  }
}
