/// Rewrites that merge operations a backend runs as one primitive.
extension Graph {
  /// The graph as a program of the given mode runs it.
  ///
  /// Training: batch normalisation or addition with the ReLU that follows. Inference, beyond that:
  /// batch normalisation, ReLU and residual sum folded into the convolution before them.
  func fused(for mode: Program.Mode) -> Graph {
    var result = self
    if mode == .inference { result.foldBatchNormalization() }
    if mode == .inference { result.foldResidual() }
    result.foldRectifier(mode)
    return result
  }

  /// Merges node `second` into node `first`, which feeds it alone; `body` makes the new operation
  /// and further inputs and parameters. It stands where `second` stood, so its inputs are ready.
  private mutating func merge(
    when matches: (Node, Node) -> Bool, _ body: (Node, Node) -> Node
  ) {
    let consumers = self.consumers
    var producer = [Int?](repeating: nil, count: values.count)
    var merged = nodes.map(Optional.some)
    for (index, second) in nodes.enumerated() {
      // The last producer is the one to merge: everything else is ready by then.
      let candidates = second.inputs.compactMap { producer[$0.index] }.sorted(by: >)
      for candidate in candidates {
        guard let first = merged[candidate], consumers[first.output.index] == [index],
          first.output != output, matches(first, second)
        else { continue }
        let node = body(first, second)
        merged[candidate] = nil
        merged[index] = node
        break
      }
      if merged[index] != nil { producer[second.output.index] = index }
    }
    nodes = merged.compactMap { $0 }
  }

  private mutating func foldBatchNormalization() {
    merge { first, second in
      guard case .convolution(let convolution) = first.operation,
        case .batchNormalization = second.operation
      else { return false }
      return !convolution.hasBias && convolution.foldedEpsilon == nil
    } _: { first, second in
      guard case .convolution(var convolution) = first.operation,
        case .batchNormalization(let normalization) = second.operation
      else { return second }
      convolution.foldedEpsilon = normalization.epsilon
      return Node(
        name: first.name, operation: .convolution(convolution), inputs: first.inputs,
        parameters: first.parameters + second.parameters, output: second.output)
    }
  }

  private mutating func foldResidual() {
    merge { first, second in
      guard case .convolution(let convolution) = first.operation,
        case .addition(let addition) = second.operation
      else { return false }
      return !convolution.rectified && !convolution.addsResidual && !addition.rectified
        && second.inputs[0] != second.inputs[1]
    } _: { first, second in
      guard case .convolution(var convolution) = first.operation else { return second }
      convolution.addsResidual = true
      let residual = second.inputs[0] == first.output ? second.inputs[1] : second.inputs[0]
      return Node(
        name: first.name, operation: .convolution(convolution),
        inputs: first.inputs + [residual], parameters: first.parameters, output: second.output)
    }
  }

  private mutating func foldRectifier(_ mode: Program.Mode) {
    merge { first, second in
      second.operation == .rectifier && first.operation.rectified(in: mode) != nil
    } _: { first, second in
      Node(
        name: first.name, operation: first.operation.rectified(in: mode) ?? first.operation,
        inputs: first.inputs, parameters: first.parameters, output: second.output)
    }
  }
}
