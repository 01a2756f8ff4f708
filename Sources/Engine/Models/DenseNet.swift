import ComputeGraph

/// Densely connected networks: Huang, Liu, van der Maaten, Weinberger, "Densely connected
/// convolutional networks" (arXiv:1608.06993), the "BC" form with bottlenecks of 4 times the growth
/// and transitions that halve the channels, as timm builds it.
///
/// | model       | growth k | layers per block | parameters (1000 classes) |
/// |-------------|----------|------------------|---------------------------|
/// | densenet121 | 32       | 6, 12, 24, 16    | 7.98 M                    |
struct DenseNet {
  /// Channels that one layer adds, the paper's k.
  let growth: Int
  /// Layers of each dense block.
  let layers: [Int]

  static let densenet121 = DenseNet(growth: 32, layers: [6, 12, 24, 16])

  func build(_ builder: inout GraphBuilder, classes: Int) -> ValueID {
    var value = builder.convolutionBlock(
      builder.input, convolution: "features.conv0", normalization: "features.norm0",
      channels: 2 * growth, kernel: 7, stride: 2)
    value = builder.pooling(
      value, name: "features.pool0", Pooling(.maximum, kernel: 3, stride: 2, padding: 1))
    for (block, count) in layers.enumerated() {
      for layer in 0..<count {
        value = dense(
          value, &builder, name: "features.denseblock\(block + 1).denselayer\(layer + 1)")
      }
      if block < layers.count - 1 {
        value = transition(value, &builder, name: "features.transition\(block + 1)")
      }
    }
    value = builder.batchNormalization(value, name: "features.norm5")
    value = builder.rectifier(value, name: "features.norm5.relu")
    let pooled = builder.globalAveragePooling(value, name: "global_pool")
    return builder.linear(pooled, name: "classifier", outputs: classes)
  }

  /// The source with `growth` further channels appended.
  ///
  /// The concatenation grows by one layer at a time, so that every layer's source is the front of
  /// the next one's.
  private func dense(
    _ source: ValueID, _ builder: inout GraphBuilder, name: String
  ) -> ValueID {
    let bottleneck = builder.preactivatedConvolution(
      source, normalization: "\(name).norm1", convolution: "\(name).conv1", channels: 4 * growth,
      kernel: 1)
    let features = builder.preactivatedConvolution(
      bottleneck, normalization: "\(name).norm2", convolution: "\(name).conv2", channels: growth,
      kernel: 3)
    return builder.concatenation([source, features], name: "\(name).cat")
  }

  private func transition(
    _ source: ValueID, _ builder: inout GraphBuilder, name: String
  ) -> ValueID {
    let value = builder.preactivatedConvolution(
      source, normalization: "\(name).norm", convolution: "\(name).conv",
      channels: builder[source].channels / 2, kernel: 1)
    return builder.pooling(value, name: "\(name).pool", Pooling(.average, kernel: 2, stride: 2))
  }
}
