import ComputeGraph

/// One thing that a compiled network does in a step.
struct Instruction {
  enum Action {
    case primitive(Primitive, [(Role, Tensor)])
    /// `running = (1 - momentum) * running + momentum * batch`, the variance times `correction`.
    case runningStatistics(
      mean: Int, variance: Int, runningMean: Int, runningVariance: Int, channels: Int,
      momentum: Float, correction: Float)
    case batchNormalizationGradient(BatchNormalizationGradient)
    /// Folds batch normalisation into weights: reads the buffers of `parameters` (weights, scale,
    /// shift, running mean, running variance), writes row-major weights and bias.
    case fold(parameters: [Int], weights: Int, bias: Int, outputs: Int, count: Int, epsilon: Float)
    /// Writes row-major grouped weights as block-diagonal ones.
    case expandGroups(stored: Int, expanded: Int, merging: GroupMerging)
    /// Takes the gradient of grouped weights from that of the block-diagonal ones.
    case contractGroups(expanded: Int, stored: Int, merging: GroupMerging)
  }
  /// What a profile counts it as.
  let kind: String
  let action: Action
  /// The node that it belongs to.
  var node = ""
}

/// When an instruction runs.
enum Phase: Int {
  /// After the parameters changed, before the next forward pass.
  case prepare
  case forward
  case backward
}
