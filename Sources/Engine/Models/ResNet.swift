import ComputeGraph

/// Residual networks: He, Zhang, Ren, Sun, "Deep residual learning for image recognition"
/// (arXiv:1512.03385), with the stride in the 3x3 convolution ("v1.5"), as timm builds them.
///
/// | model    | block      | blocks     | parameters (1000 classes) |
/// |----------|------------|------------|---------------------------|
/// | resnet18 | basic      | 2, 2, 2, 2 | 11.69 M                   |
/// | resnet50 | bottleneck | 3, 4, 6, 3 | 25.56 M                   |
struct ResNet {
  enum Block { case basic, bottleneck }
  let block: Block
  let blocks: [Int]

  static let resnet18 = ResNet(block: .basic, blocks: [2, 2, 2, 2])
  static let resnet50 = ResNet(block: .bottleneck, blocks: [3, 4, 6, 3])

  /// Channels of the last convolution of a block per unit of width.
  private var expansion: Int { block == .basic ? 1 : 4 }

  func build(_ builder: inout GraphBuilder, classes: Int) -> ValueID {
    var value = builder.convolutionBlock(
      builder.input, convolution: "conv1", normalization: "bn1", channels: 64, kernel: 7,
      stride: 2)
    value = builder.pooling(
      value, name: "maxpool", Pooling(.maximum, kernel: 3, stride: 2, padding: 1))
    for (stage, count) in blocks.enumerated() {
      for index in 0..<count {
        let stride = stage > 0 && index == 0 ? 2 : 1
        value = residual(
          value, &builder, name: "layer\(stage + 1).\(index)", width: 64 << stage, stride: stride)
      }
    }
    let pooled = builder.globalAveragePooling(value, name: "global_pool")
    return builder.linear(pooled, name: "fc", outputs: classes)
  }

  private func residual(
    _ source: ValueID, _ builder: inout GraphBuilder, name: String, width: Int, stride: Int
  ) -> ValueID {
    var branch = source
    // (kernel, channels, stride) of the convolutions on the branch.
    let layers: [(kernel: Int, channels: Int, stride: Int)] =
      switch block {
      case .basic: [(3, width, stride), (3, width, 1)]
      case .bottleneck: [(1, width, 1), (3, width, stride), (1, width * expansion, 1)]
      }
    for (index, layer) in layers.enumerated() {
      branch = builder.convolutionBlock(
        branch, convolution: "\(name).conv\(index + 1)", normalization: "\(name).bn\(index + 1)",
        channels: layer.channels, kernel: layer.kernel, stride: layer.stride,
        rectified: index < layers.count - 1)
    }
    var shortcut = source
    if builder[source] != builder[branch] {
      shortcut = builder.convolutionBlock(
        source, convolution: "\(name).downsample.0", normalization: "\(name).downsample.1",
        channels: width * expansion, kernel: 1, stride: stride, rectified: false)
    }
    let sum = builder.addition(branch, shortcut, name: "\(name).add")
    return builder.rectifier(sum, name: "\(name).relu")
  }
}
