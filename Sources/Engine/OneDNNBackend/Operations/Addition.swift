import COneDNN
import ComputeGraph

extension OneDNNLowering {
  func additionForward(_ node: Node, _ attributes: Addition) throws {
    let first = try value(node.inputs[0])
    let second = try read(value(node.inputs[1]), as: first.descriptor)
    let dst = allocate(.arena, first.descriptor)
    try add(first, second, into: dst, rectified: attributes.rectified)
    values[node.output.index] = dst
  }

  private func add(
    _ first: Tensor, _ second: Tensor, into dst: Tensor, rectified: Bool
  ) throws {
    let primitive = try Primitive("an addition") {
      ichor_addition(
        $0, first.descriptor.pointer, second.descriptor.pointer, dst.descriptor.pointer, rectified)
    }
    try emit("addition", primitive, [(.src, first), (.src1, second), (.dst, dst)])
  }

  /// The sum of a value's partial gradients, masked where its ReLU was not positive.
  func gradientSum(
    _ sources: [GradientID], into destination: GradientID, mask: ValueID?
  ) throws {
    let maskTensor = try mask.map { try value($0) }
    let layout = try maskTensor?.descriptor ?? gradient(sources[0]).descriptor
    let tensors = try sources.map { try read(gradient($0), as: layout) }
    let sum = allocate(.arena, layout)
    if tensors.count == 2 {
      try add(tensors[0], tensors[1], into: sum, rectified: false)
    } else if tensors.count > 2 {
      let descriptors = tensors.map { Optional($0.descriptor.pointer) }
      let primitive = try Primitive("a sum") {
        ichor_sum($0, layout.pointer, Int32(descriptors.count), descriptors)
      }
      let arguments = tensors.enumerated().map { (Role.source($0.offset), $0.element) }
      try emit("addition", primitive, arguments + [(.dst, sum)])
    }
    if let maskTensor {
      try maskByPositive(maskTensor, tensors.count == 1 ? tensors[0] : sum, into: sum)
    }
    gradients[destination.index] = sum
  }
}
