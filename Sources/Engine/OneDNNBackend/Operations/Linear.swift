import COneDNN
import ComputeGraph

extension OneDNNLowering {
  func linearForward(_ node: Node, _ index: Int) throws {
    let shape = graph[node.output]
    let anySrc = try linearSource(node, .any)
    let anyWeights = try linearWeights(node, element, .any)
    let bias = try Descriptor([shape.channels], .f32, .a)
    // The logits come out as 32-bit floats in either precision: rounding them to bf16 would cost
    // the loss more than the layer saves.
    let dst = try Descriptor([program.batch, shape.channels], .f32, .ab)
    let primitive = try Primitive("linear \(node.name)") {
      ichor_linear_forward(
        $0, isTraining, anySrc.pointer, anyWeights.pointer, bias.pointer, dst.pointer)
    }
    let master: Tensor
    if isTraining {
      let backward = try linearBackwardWeights(node, primitive)
      saved[index] = SavedForBackward(forward: primitive, backwardWeights: backward)
      master = try parameter(node.parameters[0], layout: try backward.descriptor(.diffWeights))
    } else {
      master = try parameter(node.parameters[0], layout: try linearWeights(node, .f32, .abcd))
    }
    let result = allocate(.arena, dst)
    try emit(
      "linear", primitive,
      [
        (.src, read(value(node.inputs[0]), as: primitive.descriptor(.src))),
        (.weights, working(master, as: primitive.descriptor(.weights))),
        (.bias, channelParameter(node.parameters[1])), (.dst, result),
      ])
    values[node.output.index] = result
  }

  func linearBackward(
    _ node: Node, _ index: Int, _ diffDst: Tensor, _ input: GradientID?
  ) throws {
    guard let kept = saved[index], let backwardWeights = kept.backwardWeights,
      let master = parameters[node.parameters[0].index]
    else { preconditionFailure("\(node.name) has no forward pass") }
    if let input {
      let diffSrc = try linearSource(node, .any)
      let weights = try linearWeights(node, element, .any)
      let open = try linearDestination(node)
      let primitive = try Primitive("the gradient of the source of \(node.name)") {
        ichor_linear_backward_data(
          $0, diffSrc.pointer, weights.pointer, open.pointer, kept.forward.pointer)
      }
      let destination = allocate(.arena, try primitive.descriptor(.diffSrc))
      try emit(
        "linear", primitive,
        [
          (.diffDst, read(diffDst, as: primitive.descriptor(.diffDst))),
          (.weights, working(master, as: primitive.descriptor(.weights))),
          (.diffSrc, destination),
        ])
      gradients[input.index] = destination
    }
    try emit(
      "linear", backwardWeights,
      [
        (.src, read(value(node.inputs[0]), as: backwardWeights.descriptor(.src))),
        (.diffDst, read(diffDst, as: backwardWeights.descriptor(.diffDst))),
        (.diffWeights, parameterGradient(node.parameters[0])),
        (.diffBias, parameterGradient(node.parameters[1])),
      ])
  }

  private func linearBackwardWeights(_ node: Node, _ forward: Primitive) throws -> Primitive {
    let src = try linearSource(node, .any)
    let diffWeights = try linearWeights(node, .f32, .any)
    let diffBias = try Descriptor([graph[node.output].channels], .f32, .a)
    let diffDst = try linearDestination(node)
    return try Primitive("the gradient of the weights of \(node.name)") {
      ichor_linear_backward_weights(
        $0, src.pointer, diffWeights.pointer, diffBias.pointer, diffDst.pointer, forward.pointer)
    }
  }

  /// `[batch, C, 1, 1]`, as the pooling before it leaves it.
  private func linearSource(_ node: Node, _ layout: Descriptor.Layout) throws -> Descriptor {
    try Descriptor(dims(of: graph[node.inputs[0]]), element, layout)
  }

  private func linearDestination(_ node: Node) throws -> Descriptor {
    try Descriptor([program.batch, graph[node.output].channels], element, .ab)
  }

  /// `[out, C, 1, 1]`, whichever of its two forms the checkpoint has.
  private func linearWeights(
    _ node: Node, _ element: Descriptor.Element, _ layout: Descriptor.Layout
  ) throws -> Descriptor {
    try Descriptor(graph[node.parameters[0]].shape.dims.prefix(2) + [1, 1], element, layout)
  }
}
