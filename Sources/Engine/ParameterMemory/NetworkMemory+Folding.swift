import ComputeGraph

extension NetworkMemory {
  /// Folds a batch normalisation into the weights of the convolution before it, both row-major.
  ///
  /// - Parameters:
  ///   - parameters: weights, scale, shift, running mean and running variance.
  ///   - count: elements of the weights.
  ///   - outputs: channels of the normalisation.
  package func fold(
    _ parameters: [BufferID], count: Int, outputs: Int, epsilon: Float, into weights: BufferID,
    bias: BufferID
  ) {
    func array(_ index: Int, _ count: Int) -> [Float] {
      Array(UnsafeBufferPointer(start: self[parameters[index]], count: count))
    }
    let folded = FoldedConvolution.fold(
      weights: array(0, count), scale: array(1, outputs), shift: array(2, outputs),
      mean: array(3, outputs), variance: array(4, outputs), epsilon: epsilon)
    self[weights].update(from: folded.weights, count: count)
    self[bias].update(from: folded.bias, count: outputs)
  }
}
