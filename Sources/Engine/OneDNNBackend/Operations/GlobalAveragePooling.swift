import COneDNN
import ComputeGraph

/// The library's mean over a window as large as its source.
extension OneDNNLowering {
  func globalAveragePoolingForward(_ node: Node, _ index: Int) throws {
    try windowForward(node, index, wholeExtent(of: node), maximum: false)
  }

  func globalAveragePoolingBackward(
    _ node: Node, _ index: Int, _ diffDst: Tensor, _ input: GradientID?
  ) throws {
    try windowBackward(node, index, wholeExtent(of: node), maximum: false, diffDst, input)
  }

  private func wholeExtent(of node: Node) -> ichor_window {
    let src = graph[node.inputs[0]]
    return ichor_window(
      stride: 1, kernel_height: Int64(src.height), kernel_width: Int64(src.width), padding: 0,
      padding_bottom: 0, padding_right: 0)
  }
}
