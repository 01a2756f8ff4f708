import COneDNN
import ComputeGraph

extension OneDNNLowering {
  func rectifierForward(_ node: Node) throws {
    let src = try value(node.inputs[0])
    let primitive = try Primitive("ReLU \(node.name)") {
      ichor_relu_forward($0, isTraining, src.descriptor.pointer)
    }
    let dst = allocate(.arena, src.descriptor)
    try emit("ReLU", primitive, [(.src, src), (.dst, dst)])
    values[node.output.index] = dst
  }

  func rectifierBackward(_ node: Node, _ diffDst: Tensor, _ input: GradientID?) throws {
    guard let input else { return }
    let dst = try value(node.output)
    let diffSrc = allocate(.arena, dst.descriptor)
    try maskByPositive(dst, read(diffDst, as: dst.descriptor), into: diffSrc)
    gradients[input.index] = diffSrc
  }

  /// `diffSrc = diffDst` where `dst > 0`, 0 elsewhere; in place is allowed.
  func maskByPositive(_ dst: Tensor, _ diffDst: Tensor, into diffSrc: Tensor) throws {
    let primitive = try Primitive("the gradient of a ReLU") {
      ichor_relu_backward_from_dst($0, diffSrc.descriptor.pointer, dst.descriptor.pointer)
    }
    try emit("ReLU", primitive, [(.dst, dst), (.diffDst, diffDst), (.diffSrc, diffSrc)])
  }
}
