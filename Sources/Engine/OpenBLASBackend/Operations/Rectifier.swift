import ComputeGraph

/// ReLU over runs of floats; in place is allowed.
enum Rectifier {
  /// A NaN stays one, so that a broken step shows in the loss.
  static func forward(_ src: UnsafePointer<Float>, into dst: Floats, _ range: Range<Int>) {
    for index in range { dst[index] = src[index] < 0 ? 0 : src[index] }
  }

  static func backward(
    _ dst: UnsafePointer<Float>, _ diffDst: UnsafePointer<Float>, into diffSrc: Floats,
    _ range: Range<Int>
  ) {
    for index in range {
      // Read in either case: a read that depends on the mask would keep the loop from vectors.
      let gradient = diffDst[index]
      diffSrc[index] = dst[index] > 0 ? gradient : 0
    }
  }
}

extension OpenBLASLowering {
  func rectifierForward(_ node: Node) {
    let src = value(node.inputs[0])
    let dst = define(node.output)
    let count = count(of: node.output)
    emit("ReLU", touching: [src, dst]) { [workers] memory in
      let (source, target) = (memory[src], memory[dst])
      workers.split(count) { _, range in Rectifier.forward(source, into: target, range) }
    }
  }

  func rectifierBackward(_ node: Node, _ diffDst: BufferID, _ input: GradientID?) {
    guard let input else { return }
    let dst = value(node.output)
    let diffSrc = define(input)
    let count = count(of: node.output)
    emit("ReLU", touching: [dst, diffDst, diffSrc]) { [workers] memory in
      let (result, from, to) = (memory[dst], memory[diffDst], memory[diffSrc])
      workers.split(count) { _, range in Rectifier.backward(result, from, into: to, range) }
    }
  }
}
