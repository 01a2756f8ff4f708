import ComputeGraph

/// Dual path networks: Chen, Li, Xiao, Jin, Yan, Feng, "Dual path networks" (arXiv:1707.01629), as
/// timm builds them: batch normalisation with epsilon 1e-3 throughout, ReLU before the pooling too
/// (the ELU that timm's signature offers never reaches the network), a 1x1 convolution as
/// classifier.
///
/// | model | groups | 3x3 width          | blocks      | dense increments | parameters (1000 classes) |
/// |-------|--------|--------------------|-------------|------------------|---------------------------|
/// | dpn92 | 32     | 96, 192, 384, 768  | 3, 4, 20, 3 | 16, 32, 24, 128  | 37.67 M                   |
struct DualPathNetwork {
  private static let epsilon: Float = 1e-3

  /// Groups of the 3x3 convolutions.
  let groups: Int
  /// Channels of the 3x3 convolutions in the first stage; doubled from stage to stage.
  let width: Int
  /// Blocks of each stage, timm's `k_sec`.
  let blocks: [Int]
  /// Channels that a block adds to its stage's dense path, timm's `inc_sec`.
  let increments: [Int]

  static let dpn92 = DualPathNetwork(
    groups: 32, width: 96, blocks: [3, 4, 20, 3], increments: [16, 32, 24, 128])

  /// The extents of one stage's blocks.
  private struct Stage {
    let width: Int
    /// Channels of the residual path: the first ones of a block's output.
    let residual: Int
    let increment: Int
  }

  func build(_ builder: inout GraphBuilder, classes: Int) -> ValueID {
    var value = builder.convolutionBlock(
      builder.input, convolution: "features.conv1_1.conv", normalization: "features.conv1_1.bn",
      channels: 64, kernel: 7, stride: 2, epsilon: Self.epsilon)
    value = builder.pooling(
      value, name: "features.conv1_pool", Pooling(.maximum, kernel: 3, stride: 2, padding: 1))
    for (number, count) in blocks.enumerated() {
      let stage = Stage(
        width: width << number, residual: 256 << number, increment: increments[number])
      for index in 0..<count {
        value = block(
          value, &builder, name: "features.conv\(number + 2)_\(index + 1)", stage,
          projects: index == 0, stride: number > 0 && index == 0 ? 2 : 1)
      }
    }
    value = builder.batchNormalization(
      value, name: "features.conv5_bn_ac.bn", epsilon: Self.epsilon)
    value = builder.rectifier(value, name: "features.conv5_bn_ac.relu")
    let pooled = builder.globalAveragePooling(value, name: "global_pool")
    return builder.linear(pooled, name: "classifier", outputs: classes, asConvolution: true)
  }

  /// One dual path block: it adds to `residual` channels, and the rest grows by `increment`.
  ///
  /// A stage's first block projects its source to `residual + 2 * increment` channels.
  private func block(
    _ source: ValueID, _ builder: inout GraphBuilder, name: String, _ stage: Stage,
    projects: Bool, stride: Int
  ) -> ValueID {
    func preactivated(
      _ source: ValueID, _ layer: String, channels: Int, kernel: Int = 1, stride: Int = 1,
      groups: Int = 1
    ) -> ValueID {
      builder.preactivatedConvolution(
        source, normalization: "\(name).\(layer).bn", convolution: "\(name).\(layer).conv",
        channels: channels, kernel: kernel, stride: stride, groups: groups,
        epsilon: Self.epsilon)
    }
    var carried = source
    if projects {
      carried = preactivated(
        source, "c1x1_w_s\(stride)", channels: stage.residual + 2 * stage.increment,
        stride: stride)
    }
    var branch = preactivated(source, "c1x1_a", channels: stage.width)
    branch = preactivated(
      branch, "c3x3_b", channels: stage.width, kernel: 3, stride: stride, groups: groups)
    branch = preactivated(branch, "c1x1_c", channels: stage.residual + stage.increment)

    func parts(_ value: ValueID, _ label: String) -> (residual: ValueID, dense: ValueID) {
      let front = builder.channelSlice(
        value, name: "\(name).\(label).residual", start: 0, count: stage.residual)
      let back = builder.channelSlice(
        value, name: "\(name).\(label).dense", start: stage.residual,
        count: builder[value].channels - stage.residual)
      return (front, back)
    }
    let kept = parts(carried, "carried")
    let added = parts(branch, "branch")
    let sum = builder.addition(kept.residual, added.residual, name: "\(name).add")
    return builder.concatenation([sum, kept.dense, added.dense], name: "\(name).cat")
  }
}
