import COneDNN
import ComputeGraph

extension OneDNNLowering {
  func poolingForward(_ node: Node, _ index: Int, _ pooling: Pooling) throws {
    try windowForward(node, index, window(node, pooling), maximum: pooling.kind == .maximum)
  }

  func poolingBackward(
    _ node: Node, _ index: Int, _ pooling: Pooling, _ diffDst: Tensor, _ input: GradientID?
  ) throws {
    try windowBackward(
      node, index, window(node, pooling), maximum: pooling.kind == .maximum, diffDst, input)
  }

  /// Maximum or mean over a window of any extent.
  func windowForward(_ node: Node, _ index: Int, _ window: ichor_window, maximum: Bool) throws {
    let src = try value(node.inputs[0])
    let open = try open(node.output)
    let primitive = try Primitive("pooling \(node.name)") {
      withWindow(window, $0) { window, out in
        ichor_pooling_forward(
          out, isTraining, maximum, src.descriptor.pointer, open.pointer, window)
      }
    }
    let dst = allocate(.arena, try primitive.descriptor(.dst))
    var tensors: [(Role, Tensor)] = [(.src, src), (.dst, dst)]
    var kept = SavedForBackward(forward: primitive)
    if isTraining, maximum {
      let workspace = allocate(.arena, try primitive.descriptor(.workspace))
      tensors.append((.workspace, workspace))
      kept.tensors[.workspace] = workspace
    }
    saved[index] = kept
    try emit("pooling forward", primitive, tensors)
    values[node.output.index] = dst
  }

  func windowBackward(
    _ node: Node, _ index: Int, _ window: ichor_window, maximum: Bool, _ diffDst: Tensor,
    _ input: GradientID?
  ) throws {
    guard let input else { return }
    guard let kept = saved[index] else { preconditionFailure("\(node.name) has no forward pass") }
    let data = try value(node.inputs[0]).descriptor
    let wanted = try value(node.output).descriptor
    let primitive = try Primitive("the gradient of pooling \(node.name)") {
      withWindow(window, $0) { window, out in
        ichor_pooling_backward(
          out, maximum, data.pointer, wanted.pointer, window, kept.forward.pointer)
      }
    }
    let diffSrc = allocate(.arena, data)
    var tensors: [(Role, Tensor)] = [
      (.diffDst, try read(diffDst, as: wanted)), (.diffSrc, diffSrc),
    ]
    tensors += kept.tensors.map { ($0.key, $0.value) }
    try emit("pooling backward", primitive, tensors)
    gradients[input.index] = diffSrc
  }

  private func window(_ node: Node, _ pooling: Pooling) -> ichor_window {
    let src = graph[node.inputs[0]]
    let dst = graph[node.output]
    func after(_ extent: Int, _ output: Int) -> Int64 {
      Int64((output - 1) * pooling.stride + pooling.kernel - extent - pooling.padding)
    }
    return ichor_window(
      stride: Int64(pooling.stride), kernel_height: Int64(pooling.kernel),
      kernel_width: Int64(pooling.kernel), padding: Int64(pooling.padding),
      padding_bottom: after(src.height, dst.height), padding_right: after(src.width, dst.width))
  }
}
