import ComputeGraph

extension GraphBuilder {
  /// Convolution, batch normalisation and, if asked, ReLU; `same` padding for odd kernels.
  package mutating func convolutionBlock(
    _ source: ValueID, convolution: String, normalization: String, channels: Int, kernel: Int,
    stride: Int = 1, groups: Int = 1, epsilon: Float = 1e-5, rectified: Bool = true
  ) -> ValueID {
    let filtered = self.convolution(
      source, name: convolution, channels: channels, kernel: kernel, stride: stride,
      padding: kernel / 2, groups: groups)
    let normalized = batchNormalization(filtered, name: normalization, epsilon: epsilon)
    return rectified ? rectifier(normalized, name: "\(normalization).relu") : normalized
  }

  /// Batch normalisation, ReLU, convolution: the pre-activation order.
  mutating func preactivatedConvolution(
    _ source: ValueID, normalization: String, convolution: String, channels: Int, kernel: Int,
    stride: Int = 1, groups: Int = 1, epsilon: Float = 1e-5
  ) -> ValueID {
    let normalized = batchNormalization(source, name: normalization, epsilon: epsilon)
    let active = rectifier(normalized, name: "\(normalization).relu")
    return self.convolution(
      active, name: convolution, channels: channels, kernel: kernel, stride: stride,
      padding: kernel / 2, groups: groups)
  }
}
