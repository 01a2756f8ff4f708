import COneDNN
import ComputeGraph

/// Concatenation along the channels and its inverse.
extension Lowering {
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

  func channelSliceForward(_ node: Node, _ slice: ChannelSlice) throws {
    values[node.output.index] = try channels(
      slice.start..<slice.start + slice.count, of: try value(node.inputs[0]),
      shape: graph[node.output])
  }

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
      primitive = try make(Descriptor(extents, element, .blocked16))
    }
    let dst = allocate(.arena, try primitive.descriptor(.dst))
    let arguments = sources.enumerated().map { (Role.source($0.offset), $0.element) }
    try emit("concatenation", primitive, arguments + [(.dst, dst)])
    return dst
  }

  /// A copy of a range of channels: in the source's blocks of 16, or channels last where those
  /// don't end at the range's ends.
  private func channels(
    _ range: Range<Int>, of tensor: Tensor, shape: FeatureShape
  ) throws -> Tensor {
    let extents = dims(of: shape)
    let offsets = [0, range.lowerBound, 0, 0]
    var source = tensor
    if tensor.descriptor.block(extents, at: offsets) == nil {
      let whole = FeatureShape(
        channels: channelCount(of: tensor), height: shape.height, width: shape.width)
      source = try read(tensor, as: Descriptor(dims(of: whole), element, .nhwc))
    }
    guard let block = source.descriptor.block(extents, at: offsets) else {
      preconditionFailure("channels last always splits")
    }
    let blocked = try Descriptor(
      dims(
        of: FeatureShape(
          channels: channelCount(of: source), height: shape.height, width: shape.width)),
      element, .blocked16)
    let layout: Descriptor.Layout = source.descriptor == blocked ? .blocked16 : .nhwc
    let dst = allocate(.arena, try Descriptor(extents, element, layout))
    try reorder(
      Tensor(buffer: source.buffer, descriptor: block), to: dst, kind: "channel slice")
    return dst
  }

  private func channelCount(of tensor: Tensor) -> Int { tensor.descriptor.dim(1) }
}
