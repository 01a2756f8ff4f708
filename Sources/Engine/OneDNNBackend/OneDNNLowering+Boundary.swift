import ComputeGraph

/// Where the caller's tensors, row-major and 32-bit, meet the network's.
extension OneDNNLowering {
  func placeInput() throws {
    let shape = graph[graph.input]
    values[graph.input.index] = allocate(
      .external, try Descriptor(dims(of: shape), .f32, .abcd))
  }

  func exposeLogits() throws {
    let source = try value(graph.output)
    let logits = allocate(.boundary, try plainOutput(like: source))
    try reorder(source, to: logits, kind: "boundary")
    self.logits = logits.buffer
  }

  func acceptSeed(_ id: GradientID) throws {
    let seed = allocate(.boundary, try plainOutput(like: try value(graph.output)))
    self.seed = seed.buffer
    gradients[id.index] = seed
  }

  /// The output as the caller sees it. The library distinguishes [N, C], which a linear layer
  /// leaves, from [N, C, 1, 1].
  private func plainOutput(like tensor: Tensor) throws -> Descriptor {
    let dims = (0..<tensor.descriptor.axes).map { tensor.descriptor.dim($0) }
    return try Descriptor(dims, .f32, .rowMajor(dims.count))
  }
}
