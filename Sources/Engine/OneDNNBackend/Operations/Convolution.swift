import COneDNN
import ComputeGraph
import ParameterMemory

extension OneDNNLowering {
  func convolutionForward(_ node: Node, _ index: Int, _ attributes: Convolution) throws {
    let window = window(node, attributes)
    let anyWeights = try Descriptor(computedDims(node, attributes), element, .any)
    let anySrc = try preferred(node.inputs[0])
    let anyDst = try preferred(node.output)
    let outputs = graph[node.output].channels
    let hasBias = attributes.hasBias || attributes.foldedEpsilon != nil
    let bias = hasBias ? try Descriptor([outputs], .f32, .a) : nil

    func make(residual: Descriptor?, sum: Bool, dst: Descriptor) throws -> Primitive {
      let postOps = ichor_post_ops(
        sum: sum, relu: attributes.rectified, residual: residual?.pointer)
      return try Primitive("convolution \(node.name)") {
        withWindow(window, $0) { window, out in
          ichor_convolution_forward(
            out, isTraining, anySrc.pointer, anyWeights.pointer, bias?.pointer, dst.pointer,
            window, postOps)
        }
      }
    }

    var primitive = try make(residual: nil, sum: false, dst: anyDst)
    var residual: Tensor?
    var sumsInPlace = false
    if attributes.addsResidual {
      let tensor = try value(node.inputs[1])
      let wanted = try primitive.descriptor(.dst)
      // Where nobody reads the residual afterwards, nor this convolution as its source, it adds
      // onto it in place.
      let dies =
        lastReader[node.inputs[1].index] == index && node.inputs[1] != graph.input
        && node.inputs[1] != node.inputs[0]
      sumsInPlace = dies && tensor.descriptor == wanted
      residual = sumsInPlace ? tensor : try read(tensor, as: wanted)
      primitive = try make(residual: sumsInPlace ? nil : wanted, sum: sumsInPlace, dst: wanted)
    }

    let src = try read(value(node.inputs[0]), as: primitive.descriptor(.src))
    let (weights, biasTensor) = try convolutionParameters(node, index, attributes, primitive)
    let dstDescriptor = try primitive.descriptor(.dst)
    let dst: Tensor
    if sumsInPlace, let residual {
      dst = Tensor(buffer: residual.buffer, descriptor: dstDescriptor)
      forgetCopies(of: residual)
    } else {
      dst = allocate(.arena, dstDescriptor)
    }
    var tensors: [(Role, Tensor)] = [(.src, src), (.weights, weights), (.dst, dst)]
    if let biasTensor { tensors.append((.bias, biasTensor)) }
    if let residual, !sumsInPlace { tensors.append((.residual, residual)) }
    try emit("convolution forward", primitive, tensors)
    values[node.output.index] = dst
  }

  /// Predictions run in blocks of channels, as training does: in 2.6 the library would choose
  /// channels last, which is slower here.
  private func preferred(_ value: ValueID) throws -> Descriptor {
    let channels = graph[value].channels
    guard !isTraining, channels.isMultiple(of: Descriptor.Layout.blockedChannels) else {
      return try open(value)
    }
    return try Descriptor(dims(of: graph[value]), element, .blocked)
  }

  /// The tensors that the primitive reads as weights and bias. In training the master weights take
  /// the layout of their gradient, so that the optimiser walks both without a reorder.
  private func convolutionParameters(
    _ node: Node, _ index: Int, _ attributes: Convolution, _ primitive: Primitive
  ) throws -> (Tensor, Tensor?) {
    let dims = storedDims(node, attributes)
    let rowMajor = try Descriptor(dims, .f32, .rowMajor(dims.count))
    let wanted = try primitive.descriptor(.weights)
    let merging = merging(node, attributes)
    if let epsilon = attributes.foldedEpsilon {
      let (folded, bias) = try foldedParameters(node, epsilon, rowMajor: rowMajor)
      return (try working(expanded(folded, merging), as: wanted), bias)
    }
    var master: Tensor
    if isTraining {
      let backward = try backwardWeights(node, attributes, primitive)
      saved[index] = SavedForBackward(forward: primitive, backwardWeights: backward)
      let layout =
        merging == nil ? try backward.descriptor(.diffWeights) : rowMajor
      master = parameter(node.parameters[0], layout: layout)
    } else {
      master = parameter(node.parameters[0], layout: rowMajor)
    }
    master = try working(expanded(master, merging), as: wanted)
    return (master, attributes.hasBias ? try channelParameter(node.parameters[1]) : nil)
  }

  private func foldedParameters(
    _ node: Node, _ epsilon: Float, rowMajor: Descriptor
  ) throws -> (Tensor, Tensor) {
    let weights = parameter(node.parameters[0], layout: rowMajor)
    let channels = try node.parameters.dropFirst().map { try channelParameter($0) }
    let folded = allocate(.working, rowMajor)
    let bias = allocate(.working, channels[0].descriptor)
    let outputs = graph[node.output].channels
    preparing {
      emit(
        "weights",
        WeightFolding(
          parameters: [weights.buffer] + channels.map(\.buffer), weights: folded.buffer,
          bias: bias.buffer, outputs: outputs,
          count: graph[node.parameters[0]].shape.elementCount, epsilon: epsilon))
    }
    return (folded, bias)
  }

  private func backwardWeights(
    _ node: Node, _ attributes: Convolution, _ forward: Primitive
  ) throws -> Primitive {
    let src = try open(node.inputs[0])
    let diffDst = try open(node.output)
    let diffWeights = try Descriptor(computedDims(node, attributes), .f32, .any)
    let diffBias =
      attributes.hasBias ? try Descriptor([graph[node.output].channels], .f32, .a) : nil
    let window = window(node, attributes)
    return try Primitive("the gradient of the weights of \(node.name)") {
      withWindow(window, $0) { window, out in
        ichor_convolution_backward_weights(
          out, src.pointer, diffWeights.pointer, diffBias?.pointer, diffDst.pointer, window,
          forward.pointer)
      }
    }
  }

  func convolutionBackward(
    _ node: Node, _ index: Int, _ attributes: Convolution, _ diffDst: Tensor,
    _ input: GradientID?
  ) throws {
    guard let saved = saved[index], let backwardWeights = saved.backwardWeights else {
      preconditionFailure("\(node.name) has no forward pass")
    }
    if let input {
      let diffSrc = try open(node.inputs[0])
      let weights = try Descriptor(computedDims(node, attributes), element, .any)
      let open = try open(node.output)
      let window = window(node, attributes)
      let primitive = try Primitive("the gradient of the source of \(node.name)") {
        withWindow(window, $0) { window, out in
          ichor_convolution_backward_data(
            out, diffSrc.pointer, weights.pointer, open.pointer, window, saved.forward.pointer)
        }
      }
      guard let master = parameters[node.parameters[0].index] else {
        preconditionFailure("\(node.name) has no weights")
      }
      let merging = merging(node, attributes)
      let destination = allocate(.arena, try primitive.descriptor(.diffSrc))
      try emit(
        "convolution backward data", primitive,
        [
          (.diffDst, read(diffDst, as: primitive.descriptor(.diffDst))),
          (.weights, working(expanded(master, merging), as: primitive.descriptor(.weights))),
          (.diffSrc, destination),
        ])
      gradients[input.index] = destination
    }
    let stored = parameterGradient(node.parameters[0])
    let wanted = try backwardWeights.descriptor(.diffWeights)
    let computed = stored.descriptor == wanted ? stored : allocate(.arena, wanted)
    var tensors: [(Role, Tensor)] = [
      (.src, try read(value(node.inputs[0]), as: backwardWeights.descriptor(.src))),
      (.diffDst, try read(diffDst, as: backwardWeights.descriptor(.diffDst))),
      (.diffWeights, computed),
    ]
    if attributes.hasBias { tensors.append((.diffBias, parameterGradient(node.parameters[1]))) }
    try emit("convolution backward weights", backwardWeights, tensors)
    if let merging = merging(node, attributes) {
      try contract(computed, merging, into: stored)
    } else if computed.buffer != stored.buffer {
      try reorder(computed, to: stored)
    }
  }

  /// `[out, in / groups, k, k]`, or `[groups, out / groups, in / groups, k, k]`.
  private func storedDims(_ node: Node, _ attributes: Convolution) -> [Int] {
    let dims = graph[node.parameters[0]].shape.dims
    let groups = attributes.groups
    return groups == 1 ? dims : [groups, dims[0] / groups] + dims.dropFirst()
  }

  /// The extents that primitives see: groups merged where that is faster.
  private func computedDims(_ node: Node, _ attributes: Convolution) -> [Int] {
    merging(node, attributes)?.dims ?? storedDims(node, attributes)
  }

  private func merging(_ node: Node, _ attributes: Convolution) -> GroupMerging? {
    let dims = graph[node.parameters[0]].shape.dims
    let channels = mergedChannels ?? GroupMerging.fastestChannels
    return GroupMerging(dims: dims, groups: attributes.groups, channels: channels)
  }

  private func window(_ node: Node, _ attributes: Convolution) -> ichor_window {
    let src = graph[node.inputs[0]]
    let dst = graph[node.output]
    let kernel = graph[node.parameters[0]].shape.dims[2]
    func after(_ extent: Int, _ output: Int) -> Int64 {
      Int64((output - 1) * attributes.stride + kernel - extent - attributes.padding)
    }
    return ichor_window(
      stride: Int64(attributes.stride), kernel_height: Int64(kernel), kernel_width: Int64(kernel),
      padding: Int64(attributes.padding), padding_bottom: after(src.height, dst.height),
      padding_right: after(src.width, dst.width))
  }
}

/// Folds batch normalisation into weights, both row-major.
private struct WeightFolding: HostAction {
  /// Weights, scale, shift, running mean and running variance.
  let parameters: [BufferID]
  let weights: BufferID
  let bias: BufferID
  let outputs: Int
  /// Elements of the weights.
  let count: Int
  let epsilon: Float

  func run(on memory: NetworkMemory, threads: Int) {
    memory.fold(
      parameters, count: count, outputs: outputs, epsilon: epsilon, into: weights, bias: bias)
  }
}

/// Calls a constructor of the shim that takes its window by reference.
func withWindow(
  _ window: ichor_window, _ out: UnsafeMutablePointer<OpaquePointer?>,
  _ body: (UnsafePointer<ichor_window>, UnsafeMutablePointer<OpaquePointer?>) -> Int32
) -> Int32 {
  withUnsafePointer(to: window) { body($0, out) }
}
