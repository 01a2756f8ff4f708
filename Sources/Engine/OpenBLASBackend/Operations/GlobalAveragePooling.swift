import ComputeGraph

extension OpenBLASLowering {
  func globalAveragePoolingForward(_ node: Node) {
    let shape = graph[node.inputs[0]]
    let plane = shape.height * shape.width
    let src = value(node.inputs[0])
    let dst = define(node.output)
    emit("pooling forward", touching: [src, dst]) { [workers, batch] memory in
      let (source, target) = (memory[src], memory[dst])
      workers.split(batch * shape.channels) { _, planes in
        for index in planes {
          target[index] = Float(Sums.total(source + index * plane, count: plane) / Double(plane))
        }
      }
    }
  }

  func globalAveragePoolingBackward(_ node: Node, _ diffDst: BufferID, _ input: GradientID?) {
    guard let input else { return }
    let shape = graph[node.inputs[0]]
    let plane = shape.height * shape.width
    let diffSrc = define(input)
    emit("pooling backward", touching: [diffDst, diffSrc]) { [workers, batch] memory in
      let (from, to) = (memory[diffDst], memory[diffSrc])
      workers.split(batch * shape.channels) { _, planes in
        for index in planes {
          (to + index * plane).update(repeating: from[index] / Float(plane), count: plane)
        }
      }
    }
  }
}
