import ComputeGraph

/// Extents of one convolution, by group.
private struct ConvolutionShape {
  let groups: Int
  /// Input channels and patches of one group.
  let patches: PatchMatrix
  /// Output channels of one group.
  let outputs: Int

  /// Floats of one group of one image, and of its weights.
  var sourceCount: Int { patches.channels * patches.height * patches.width }
  var outputCount: Int { outputs * patches.columns }
  var weightCount: Int { outputs * patches.rows }
  /// Floats of scratch that a thread needs.
  var scratchCount: Int { patches.isSource ? 0 : patches.count }
}

extension OpenBLASLowering {
  func convolutionForward(_ node: Node, _ attributes: Convolution) {
    let shape = shape(of: node, attributes)
    let src = value(node.inputs[0])
    let residual = attributes.addsResidual ? value(node.inputs[1]) : nil
    let (weights, bias) = weightsAndBias(node, attributes)
    let scratch = allocate(workers.parts(of: batch) * shape.scratchCount)
    let dst = define(node.output)
    let product = MatrixProduct(
      rows: shape.outputs, columns: shape.patches.columns, inner: shape.patches.rows)
    let finish = ConvolutionFinish(
      channels: shape.outputs * shape.groups, plane: shape.patches.columns,
      rectified: attributes.rectified)
    emit(
      "convolution forward", touching: [src, dst, scratch] + (residual.map { [$0] } ?? [])
    ) { [workers, batch] memory in
      let (source, target, weights) = (memory[src], memory[dst], memory[weights])
      let scratch = memory[scratch]
      workers.split(batch) { part, images in
        let columns = scratch + part * shape.scratchCount
        for image in images {
          for group in 0..<shape.groups {
            let index = image * shape.groups + group
            let from = source + index * shape.sourceCount
            if !shape.patches.isSource { shape.patches.unfold(from, into: columns) }
            product.run(
              weights + group * shape.weightCount, shape.patches.isSource ? from : columns,
              into: target + index * shape.outputCount)
          }
          let start = image * shape.groups * shape.outputCount
          finish.run(
            target + start, bias: bias.map { memory[$0] },
            residual: residual.map { memory[$0] + start })
        }
      }
    }
  }

  /// `diffSrc` folds `weights^T diffDst`; `diffWeights` is `diffDst patches^T`, summed over the
  /// images of each thread and then over the threads; `diffBias` sums `diffDst`.
  func convolutionBackward(
    _ node: Node, _ attributes: Convolution, _ diffDst: BufferID, _ input: GradientID?
  ) {
    let shape = shape(of: node, attributes)
    if let input { convolutionBackwardData(node, shape, diffDst, into: input) }
    convolutionBackwardWeights(node, shape, diffDst)
    if attributes.hasBias { convolutionBackwardBias(node, diffDst) }
  }

  private func convolutionBackwardData(
    _ node: Node, _ shape: ConvolutionShape, _ diffDst: BufferID, into input: GradientID
  ) {
    let weights = parameter(node.parameters[0])
    let scratch = allocate(workers.parts(of: batch) * shape.scratchCount)
    let diffSrc = define(input)
    let product = MatrixProduct(
      rows: shape.patches.rows, columns: shape.patches.columns, inner: shape.outputs,
      transposesA: true)
    emit("convolution backward data", touching: [diffDst, diffSrc, scratch]) {
      [workers, batch] memory in
      let (from, to, weights) = (memory[diffDst], memory[diffSrc], memory[weights])
      let scratch = memory[scratch]
      workers.split(batch) { part, images in
        let columns = scratch + part * shape.scratchCount
        for index in images.lowerBound * shape.groups..<images.upperBound * shape.groups {
          let target = to + index * shape.sourceCount
          product.run(
            weights + index % shape.groups * shape.weightCount, from + index * shape.outputCount,
            into: shape.patches.isSource ? target : columns)
          if !shape.patches.isSource { shape.patches.fold(columns, into: target) }
        }
      }
    }
  }

  private func convolutionBackwardWeights(
    _ node: Node, _ shape: ConvolutionShape, _ diffDst: BufferID
  ) {
    let src = value(node.inputs[0])
    let diffWeights = parameterGradient(node.parameters[0])
    let parts = workers.parts(of: batch)
    let count = shape.groups * shape.weightCount
    let scratch = allocate(parts * shape.scratchCount)
    // The first thread sums in the gradient's own place.
    let partial = allocate((parts - 1) * count)
    let product = MatrixProduct(
      rows: shape.outputs, columns: shape.patches.rows, inner: shape.patches.columns,
      transposesB: true)
    emit("convolution backward weights", touching: [src, diffDst, scratch, partial]) {
      [workers, batch] memory in
      let (source, from, sum) = (memory[src], memory[diffDst], memory[diffWeights])
      let (scratch, partial) = (memory[scratch], memory[partial])
      workers.split(batch) { part, images in
        let columns = scratch + part * shape.scratchCount
        let own = part == 0 ? sum : partial + (part - 1) * count
        for image in images {
          for group in 0..<shape.groups {
            let index = image * shape.groups + group
            let patches = source + index * shape.sourceCount
            if !shape.patches.isSource { shape.patches.unfold(patches, into: columns) }
            product.run(
              from + index * shape.outputCount, shape.patches.isSource ? patches : columns,
              into: own + group * shape.weightCount, adds: image > images.lowerBound)
          }
        }
      }
      workers.split(count) { _, range in
        for part in 0..<parts - 1 {
          let own = partial + part * count
          for index in range { sum[index] += own[index] }
        }
      }
    }
  }

  private func convolutionBackwardBias(_ node: Node, _ diffDst: BufferID) {
    let shape = graph[node.output]
    let plane = shape.height * shape.width
    let diffBias = parameterGradient(node.parameters[1])
    emit("convolution backward weights", touching: [diffDst]) { [workers, batch] memory in
      let (from, to) = (memory[diffDst], memory[diffBias])
      workers.split(shape.channels) { _, channels in
        for channel in channels {
          var sum = 0.0
          for image in 0..<batch {
            sum += Sums.total(from + (image * shape.channels + channel) * plane, count: plane)
          }
          to[channel] = Float(sum)
        }
      }
    }
  }

  private func weightsAndBias(
    _ node: Node, _ attributes: Convolution
  ) -> (weights: BufferID, bias: BufferID?) {
    let parameters = node.parameters.map { parameter($0) }
    guard let epsilon = attributes.foldedEpsilon else {
      return (parameters[0], attributes.hasBias ? parameters[1] : nil)
    }
    let outputs = graph[node.output].channels
    let count = graph[node.parameters[0]].shape.elementCount
    let weights = allocate(count, in: .working)
    let bias = allocate(outputs, in: .working)
    prepare("weights") { memory in
      memory.fold(
        parameters, count: count, outputs: outputs, epsilon: epsilon, into: weights, bias: bias)
    }
    return (weights, bias)
  }

  private func shape(of node: Node, _ attributes: Convolution) -> ConvolutionShape {
    let (source, output) = (graph[node.inputs[0]], graph[node.output])
    let patches = PatchMatrix(
      channels: source.channels / attributes.groups, height: source.height, width: source.width,
      kernel: graph[node.parameters[0]].shape.dims[2], stride: attributes.stride,
      padding: attributes.padding, outputHeight: output.height, outputWidth: output.width)
    return ConvolutionShape(
      groups: attributes.groups, patches: patches, outputs: output.channels / attributes.groups)
  }
}

/// What follows a convolution's products: bias, residual and ReLU, over one image.
private struct ConvolutionFinish {
  let channels: Int
  let plane: Int
  let rectified: Bool

  func run(_ values: Floats, bias: Floats?, residual: Floats?) {
    if let bias {
      for channel in 0..<channels {
        let row = values + channel * plane
        let term = bias[channel]
        for index in 0..<plane { row[index] += term }
      }
    }
    if let residual {
      for index in 0..<channels * plane { values[index] += residual[index] }
    }
    if rectified { Rectifier.forward(values, into: values, 0..<channels * plane) }
  }
}
