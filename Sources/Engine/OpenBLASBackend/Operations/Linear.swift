import ComputeGraph

/// One product over the whole batch: too small to share.
extension OpenBLASLowering {
  func linearForward(_ node: Node) {
    let (inputs, outputs) = (graph[node.inputs[0]].channels, graph[node.output].channels)
    let src = value(node.inputs[0])
    let (weights, bias) = (parameter(node.parameters[0]), parameter(node.parameters[1]))
    let dst = define(node.output)
    let product = MatrixProduct(rows: batch, columns: outputs, inner: inputs, transposesB: true)
    emit("linear", touching: [src, dst]) { [batch] memory in
      let (target, bias) = (memory[dst], memory[bias])
      for image in 0..<batch {
        (target + image * outputs).update(from: bias, count: outputs)
      }
      product.run(memory[src], memory[weights], into: target, adds: true)
    }
  }

  /// `diffSrc = diffDst weights`, `diffWeights = diffDst^T src`, `diffBias` sums `diffDst`.
  func linearBackward(_ node: Node, _ diffDst: BufferID, _ input: GradientID?) {
    let (inputs, outputs) = (graph[node.inputs[0]].channels, graph[node.output].channels)
    let src = value(node.inputs[0])
    if let input {
      let weights = parameter(node.parameters[0])
      let diffSrc = define(input)
      let product = MatrixProduct(rows: batch, columns: inputs, inner: outputs)
      emit("linear", touching: [diffDst, diffSrc]) { memory in
        product.run(memory[diffDst], memory[weights], into: memory[diffSrc])
      }
    }
    let diffWeights = parameterGradient(node.parameters[0])
    let diffBias = parameterGradient(node.parameters[1])
    let product = MatrixProduct(rows: outputs, columns: inputs, inner: batch, transposesA: true)
    emit("linear", touching: [src, diffDst]) { [batch] memory in
      let (from, sum) = (memory[diffDst], memory[diffBias])
      product.run(from, memory[src], into: memory[diffWeights])
      for output in 0..<outputs {
        sum[output] = (0..<batch).reduce(0) { $0 + from[$1 * outputs + output] }
      }
    }
  }
}
