import COneDNN
import ComputeGraph

extension OneDNNLowering {
  /// The schedule joins the gradients of the slices: see `gradientConcatenation`.
  func channelSliceForward(_ node: Node, _ slice: ChannelSlice) throws {
    values[node.output.index] = try channels(
      slice.start..<slice.start + slice.count, of: try value(node.inputs[0]),
      shape: graph[node.output])
  }

  /// A copy of a range of channels: in the source's blocks, or channels last where those
  /// don't end at the range's ends.
  func channels(
    _ range: Range<Int>, of tensor: Tensor, shape: FeatureShape
  ) throws -> Tensor {
    let extents = dims(of: shape)
    let offsets = [0, range.lowerBound, 0, 0]
    let whole = dims(
      of: FeatureShape(
        channels: tensor.descriptor.dim(1), height: shape.height, width: shape.width))
    var source = tensor
    if tensor.descriptor.block(extents, at: offsets) == nil {
      source = try read(tensor, as: Descriptor(whole, element, .nhwc))
    }
    guard let block = source.descriptor.block(extents, at: offsets) else {
      preconditionFailure("channels last always splits")
    }
    let isBlocked = try source.descriptor == Descriptor(whole, element, .blocked)
    let dst = allocate(
      .arena, try Descriptor(extents, element, isBlocked ? .blocked : .nhwc))
    try reorder(
      Tensor(buffer: source.buffer, descriptor: block), to: dst, kind: "channel slice")
    return dst
  }
}
