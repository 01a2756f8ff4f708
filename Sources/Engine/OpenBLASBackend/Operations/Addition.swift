import ComputeGraph

extension OpenBLASLowering {
  func additionForward(_ node: Node, _ attributes: Addition) {
    let (first, second) = (value(node.inputs[0]), value(node.inputs[1]))
    let dst = define(node.output)
    let count = count(of: node.output)
    emit("addition", touching: [first, second, dst]) { [workers] memory in
      let (left, right, sum) = (memory[first], memory[second], memory[dst])
      workers.split(count) { _, range in
        for index in range { sum[index] = left[index] + right[index] }
        if attributes.rectified { Rectifier.forward(sum, into: sum, range) }
      }
    }
  }

  /// The sum of a value's partial gradients, zero where its ReLU was not positive.
  func gradientSum(_ sources: [GradientID], into destination: GradientID, mask: ValueID?) {
    let sources = sources.map { gradient($0) }
    let mask = mask.map { value($0) }
    let sum = define(destination)
    let count = count(of: program.gradients[destination.index])
    emit("addition", touching: sources + [sum] + (mask.map { [$0] } ?? [])) { [workers] memory in
      let target = memory[sum]
      workers.split(count) { _, range in
        let first = memory[sources[0]]
        (target + range.lowerBound).update(from: first + range.lowerBound, count: range.count)
        for source in sources.dropFirst() {
          let from = memory[source]
          for index in range { target[index] += from[index] }
        }
        if let mask { Rectifier.backward(memory[mask], target, into: target, range) }
      }
    }
  }
}
