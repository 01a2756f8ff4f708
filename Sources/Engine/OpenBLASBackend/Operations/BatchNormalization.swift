import ComputeGraph

/// One channel of a tensor `[batch, channels, plane]`: its runs of `plane` floats.
private struct ChannelRuns {
  let batch: Int
  let channels: Int
  let plane: Int

  var channelCount: Int { batch * plane }

  @inline(__always)
  func forEach(_ channel: Int, _ body: (_ offset: Int) -> Void) {
    for image in 0..<batch { body((image * channels + channel) * plane) }
  }
}

extension OpenBLASLowering {
  func batchNormalizationForward(_ node: Node, _ index: Int, _ attributes: BatchNormalization) {
    let runs = runs(of: node)
    let src = value(node.inputs[0])
    let parameters = node.parameters.map { parameter($0) }
    let mean = allocate(runs.channels)
    let variance = allocate(runs.channels)
    let dst = define(node.output)
    saved[index] = [mean, variance]
    let measures = isTraining && !attributes.hasFixedStatistics
    emit("batch normalization forward", touching: [src, dst, mean, variance]) {
      [workers] memory in
      let (source, target) = (memory[src], memory[dst])
      let (mean, variance) = (memory[mean], memory[variance])
      let (scale, shift) = (memory[parameters[0]], memory[parameters[1]])
      let (runningMean, runningVariance) = (memory[parameters[2]], memory[parameters[3]])
      workers.split(runs.channels) { _, channels in
        for channel in channels {
          if measures {
            measure(source, runs, channel, mean: mean, variance: variance)
            move(attributes, mean[channel], &runningMean[channel])
            let count = Float(runs.channelCount)
            // The variance over n - 1, as PyTorch tracks it; over n for a single element.
            let unbiased = count > 1 ? variance[channel] * (count / (count - 1)) : variance[channel]
            move(attributes, unbiased, &runningVariance[channel])
          } else {
            mean[channel] = runningMean[channel]
            variance[channel] = runningVariance[channel]
          }
          let factor = scale[channel] / (variance[channel] + attributes.epsilon).squareRoot()
          let (center, offset) = (mean[channel], shift[channel])
          runs.forEach(channel) { start in
            let (from, to) = (source + start, target + start)
            for index in 0..<runs.plane { to[index] = (from[index] - center) * factor + offset }
            if attributes.rectified { Rectifier.forward(to, into: to, 0..<runs.plane) }
          }
        }
      }
    }
  }

  /// With `g` = `diffDst`, masked by `dst > 0` where rectified, and `x` the normalised source:
  /// `diffShift = sum g`, `diffScale = sum g x`,
  /// `diffSrc = scale / sqrt(variance + epsilon) * (g - diffShift / n - x diffScale / n)`, without
  /// the last two terms where the statistics are fixed.
  func batchNormalizationBackward(
    _ node: Node, _ index: Int, _ attributes: BatchNormalization, _ diffDst: BufferID,
    _ input: GradientID?
  ) {
    guard let kept = saved[index] else { preconditionFailure("\(node.name) has no forward pass") }
    let runs = runs(of: node)
    let (src, dst) = (value(node.inputs[0]), value(node.output))
    let scale = parameter(node.parameters[0])
    let diffScale = parameterGradient(node.parameters[0])
    let diffShift = parameterGradient(node.parameters[1])
    // Also the place of the masked gradient, so there is one even where nobody asked for it.
    let diffSrc = input.map { define($0) } ?? allocate(count(of: node.inputs[0]))
    let touched = kept + [src, diffDst, diffSrc] + (attributes.rectified ? [dst] : [])
    emit("batch normalization backward", touching: touched) { [workers] memory in
      let (source, result, from, to) = (memory[src], memory[dst], memory[diffDst], memory[diffSrc])
      let (mean, variance, scale) = (memory[kept[0]], memory[kept[1]], memory[scale])
      let (scaleSum, shiftSum) = (memory[diffScale], memory[diffShift])
      workers.split(runs.channels) { _, channels in
        for channel in channels {
          let center = mean[channel]
          var (sum, product) = (0.0, 0.0)
          runs.forEach(channel) { start in
            if attributes.rectified {
              Rectifier.backward(
                result + start, from + start, into: to + start, 0..<runs.plane)
            } else {
              (to + start).update(from: from + start, count: runs.plane)
            }
            sum += Sums.total(to + start, count: runs.plane)
            product += Sums.products(
              source + start, around: center, to + start, count: runs.plane)
          }
          let inverse = 1 / (Double(variance[channel]) + Double(attributes.epsilon)).squareRoot()
          shiftSum[channel] = Float(sum)
          scaleSum[channel] = Float(product * inverse)
          let count = Double(runs.channelCount)
          let factor = Float(inverse * Double(scale[channel]))
          let follows: Double = attributes.hasFixedStatistics ? 0 : 1
          let meanTerm = Float(follows * sum / count)
          let slope = Float(follows * product * inverse * inverse / count)
          runs.forEach(channel) { start in
            let (input, gradient) = (source + start, to + start)
            for index in 0..<runs.plane {
              let centered = (input[index] - center) * slope
              gradient[index] = factor * (gradient[index] - meanTerm - centered)
            }
          }
        }
      }
    }
  }

  private func runs(of node: Node) -> ChannelRuns {
    let shape = graph[node.output]
    return ChannelRuns(
      batch: batch, channels: shape.channels, plane: shape.height * shape.width)
  }
}

/// Mean and biased variance of one channel, in two passes.
private func measure(
  _ source: Floats, _ runs: ChannelRuns, _ channel: Int, mean: Floats, variance: Floats
) {
  var sum = 0.0
  runs.forEach(channel) { sum += Sums.total(source + $0, count: runs.plane) }
  let center = Float(sum / Double(runs.channelCount))
  var squares = 0.0
  runs.forEach(channel) { squares += Sums.squares(source + $0, around: center, count: runs.plane) }
  mean[channel] = center
  variance[channel] = Float(squares / Double(runs.channelCount))
}

/// Moves a running statistic towards the batch's.
private func move(
  _ attributes: BatchNormalization, _ batch: Float, _ running: inout Float
) {
  running = (1 - attributes.momentum) * running + attributes.momentum * batch
}
