import COneDNN
import ComputeGraph
import ParameterMemory

extension OneDNNLowering {
  func batchNormalizationForward(
    _ node: Node, _ index: Int, _ attributes: BatchNormalization
  ) throws {
    let src = try value(node.inputs[0])
    let flags = flags(attributes)
    let primitive = try Primitive("batch normalization \(node.name)") {
      ichor_batch_normalization_forward($0, src.descriptor.pointer, attributes.epsilon, flags)
    }
    let dst = allocate(.arena, src.descriptor)
    let runningMean = try channelParameter(node.parameters[2])
    let runningVariance = try channelParameter(node.parameters[3])
    var tensors: [(Role, Tensor)] = [
      (.src, src), (.dst, dst), (.scale, try channelParameter(node.parameters[0])),
      (.shift, try channelParameter(node.parameters[1])),
    ]
    if isTraining {
      let isFixed = attributes.hasFixedStatistics
      let mean = isFixed ? runningMean : allocate(.arena, runningMean.descriptor)
      let variance = isFixed ? runningVariance : allocate(.arena, runningVariance.descriptor)
      tensors += [(.mean, mean), (.variance, variance)]
      var kept = SavedForBackward(forward: primitive)
      kept.tensors = [.mean: mean, .variance: variance]
      if attributes.rectified {
        let workspace = allocate(.arena, try primitive.descriptor(.workspace))
        tensors.append((.workspace, workspace))
        kept.tensors[.workspace] = workspace
      }
      saved[index] = kept
      try emit("batch normalization forward", primitive, tensors)
      values[node.output.index] = dst
      if isFixed { return }
      let shape = graph[node.output]
      let count = Float(program.batch * shape.height * shape.width)
      emit(
        "batch normalization forward",
        RunningStatistics(
          mean: mean.buffer, variance: variance.buffer, runningMean: runningMean.buffer,
          runningVariance: runningVariance.buffer, channels: shape.channels,
          momentum: attributes.momentum, correction: count > 1 ? count / (count - 1) : 1),
        touching: [mean.buffer, variance.buffer])
    } else {
      tensors += [(.mean, runningMean), (.variance, runningVariance)]
      try emit("batch normalization forward", primitive, tensors)
      values[node.output.index] = dst
    }
  }

  func batchNormalizationBackward(
    _ node: Node, _ index: Int, _ attributes: BatchNormalization, _ diffDst: Tensor,
    _ input: GradientID?
  ) throws {
    guard let kept = saved[index] else { preconditionFailure("\(node.name) has no forward pass") }
    let src = try value(node.inputs[0])
    let data = src.descriptor
    let incoming = try read(diffDst, as: data)
    let diffSrc = allocate(.arena, data)
    if let input { gradients[input.index] = diffSrc }
    guard let mean = kept.tensors[.mean], let variance = kept.tensors[.variance] else {
      preconditionFailure("\(node.name) kept no statistics")
    }
    let shape = graph[node.output]
    let isDone = try exactBatchNormalizationBackward(
      BatchNormalizationGradient(
        source: src.buffer,
        rectified: attributes.rectified ? try value(node.output).buffer : nil,
        outputGradient: incoming.buffer, inputGradient: diffSrc.buffer, mean: mean.buffer,
        variance: variance.buffer, scale: try channelParameter(node.parameters[0]).buffer,
        scaleGradient: parameterGradient(node.parameters[0]).buffer,
        shiftGradient: parameterGradient(node.parameters[1]).buffer, batch: program.batch,
        channels: shape.channels, area: shape.height * shape.width, epsilon: attributes.epsilon,
        hasFixedStatistics: attributes.hasFixedStatistics,
        block: Descriptor.Layout.blockedChannels),
      layout: data, dims: dims(of: shape))
    if isDone { return }
    let flags = flags(attributes)
    let primitive = try Primitive("the gradient of batch normalization \(node.name)") {
      ichor_batch_normalization_backward(
        $0, data.pointer, data.pointer, attributes.epsilon, flags, kept.forward.pointer)
    }
    var tensors: [(Role, Tensor)] = [
      (.src, src), (.diffDst, incoming), (.diffSrc, diffSrc),
      (.scale, try channelParameter(node.parameters[0])),
      (.diffScale, parameterGradient(node.parameters[0])),
      (.diffShift, parameterGradient(node.parameters[1])),
    ]
    if ichor_batch_normalization_gradient_reads_shift() {
      tensors.append((.shift, try channelParameter(node.parameters[1])))
    }
    tensors += kept.tensors.map { ($0.key, $0.value) }
    try emit("batch normalization backward", primitive, tensors)
  }

  private func flags(_ attributes: BatchNormalization) -> Int32 {
    var flags = isTraining ? ICHOR_BN_TRAINING : 0
    if !isTraining || attributes.hasFixedStatistics { flags |= ICHOR_BN_GLOBAL_STATS }
    if attributes.rectified { flags |= ICHOR_BN_RELU }
    return Int32(flags)
  }
}

/// `running = (1 - momentum) * running + momentum * batch`, the variance times `correction`.
private struct RunningStatistics: HostAction {
  let mean: BufferID
  let variance: BufferID
  let runningMean: BufferID
  let runningVariance: BufferID
  let channels: Int
  let momentum: Float
  let correction: Float

  func run(on memory: NetworkMemory, threads: Int) {
    let (mean, variance) = (memory[mean], memory[variance])
    let (movingMean, movingVariance) = (memory[runningMean], memory[runningVariance])
    for channel in 0..<channels {
      movingMean[channel] += momentum * (mean[channel] - movingMean[channel])
      movingVariance[channel] +=
        momentum * (variance[channel] * correction - movingVariance[channel])
    }
  }
}
