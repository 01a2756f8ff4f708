import ComputeGraph

extension OpenBLASLowering {
  /// The schedule joins the gradients of the slices: see `gradientConcatenation`.
  func channelSliceForward(_ node: Node, _ slice: ChannelSlice) {
    let source = node.inputs[0]
    cut(
      slice.start..<slice.start + slice.count, of: value(source), graph[source],
      into: define(node.output))
  }
}
