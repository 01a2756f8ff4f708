import ComputeGraph
import TensorCore
import Vocabulary

extension Architecture {
  /// Weights of this architecture, adapted to a graph with a different number of input channels.
  ///
  /// A first convolution of three channels is summed to one channel, as timm's `adapt_input_conv`
  /// does: a grey picture then gives the result that it would give as three equal channels.
  /// Weights that already fit, or can't be made to fit, are returned unchanged.
  public func adaptingStem(of weights: NamedTensors, to graph: Graph) -> NamedTensors {
    guard let stem = weights[stemName], stem.shape.dims.count == 4, stem.shape.dims[1] == 3,
      graph[graph.input].channels == 1
    else { return weights }
    let area = stem.shape.dims[2] * stem.shape.dims[3]
    let outputs = stem.shape.dims[0]
    var summed = [Float](repeating: 0, count: outputs * area)
    for output in 0..<outputs {
      for place in 0..<area {
        let first = output * 3 * area + place
        summed[output * area + place] =
          stem.values[first] + stem.values[first + area] + stem.values[first + 2 * area]
      }
    }
    var result = weights
    result[stemName] = HostTensor(
      shape: Shape([outputs, 1, stem.shape.dims[2], stem.shape.dims[3]]), values: summed)
    return result
  }

  /// Weights whose classifier is taken from `fresh` where the numbers of classes differ.
  ///
  /// - Returns: the weights, and whether the classifier was replaced.
  public func replacingHead(
    of weights: NamedTensors, from fresh: NamedTensors
  ) -> (weights: NamedTensors, replaced: Bool) {
    guard let old = weights[headName], let new = fresh[headName], old.shape != new.shape,
      old.shape.dims.dropFirst() == new.shape.dims.dropFirst()
    else { return (weights, false) }
    var result = weights
    let stem = headName.dropLast("weight".count)
    for name in [headName, stem + "bias"] { result[name] = fresh[name] }
    return (result, true)
  }
}
