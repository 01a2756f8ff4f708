import COneDNN
import ComputeGraph

extension OneDNNLowering {
  func concatenationForward(_ node: Node) throws {
    values[node.output.index] = try concatenate(
      try node.inputs.map { try value($0) }, as: try open(node.output))
  }

  func concatenationBackward(
    _ node: Node, _ diffDst: Tensor, _ inputs: [GradientID?]
  ) throws {
    var start = 0
    for (source, input) in zip(node.inputs, inputs) {
      let shape = graph[source]
      if let input {
        gradients[input.index] = try channels(
          start..<start + shape.channels, of: diffDst, shape: shape)
      }
      start += shape.channels
    }
  }

  /// Joins the gradients of a value's channel slices, which cover it in this order.
  func gradientConcatenation(
    _ sources: [GradientID], into destination: GradientID
  ) throws {
    let open = try open(program.gradients[destination.index])
    gradients[destination.index] = try concatenate(try sources.map { try gradient($0) }, as: open)
  }

  private func concatenate(_ sources: [Tensor], as open: Descriptor) throws -> Tensor {
    let descriptors = sources.map { Optional($0.descriptor.pointer) }
    func make(_ dst: Descriptor) throws -> Primitive {
      try Primitive("a concatenation") {
        ichor_concatenation($0, dst.pointer, 1, Int32(descriptors.count), descriptors)
      }
    }
    var primitive = try make(open)
    // Where blocks don't end with the parts, the library falls back to row-major, in which batch
    // normalisation is many times slower than one more pass over the parts.
    let extents = (0..<4).map { open.dim($0) }
    if try primitive.descriptor(.dst) == Descriptor(extents, element, .abcd),
      extents[2] * extents[3] > 1
    {
      primitive = try make(Descriptor(extents, element, .blocked))
    }
    let dst = allocate(.arena, try primitive.descriptor(.dst))
    let arguments = sources.enumerated().map { (Role.source($0.offset), $0.element) }
    try emit("concatenation", primitive, arguments + [(.dst, dst)])
    return dst
  }
}
