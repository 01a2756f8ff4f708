import ComputeGraph
import Randomness
import TensorCore

/// He, Zhang, Ren, Sun, "Delving deep into rectifiers" (arXiv:1502.01852): weights normal with
/// variance 2 / fan-in; the classifier's 1 / fan-in; scales and variances 1, everything else 0.
package enum HeNormalInitialization {
  /// Every parameter of a model; a pure function of the seed and the names.
  package static func parameters(of graph: Graph, seed: UInt64) -> NamedTensors {
    var result = NamedTensors()
    let classifier = graph.nodes.last { $0.operation == .linear }?.parameters.first
    for (index, parameter) in graph.parameters.enumerated() {
      var values: [Float]
      switch parameter.role {
      case .weight:
        let fanIn = parameter.shape.dims.dropFirst().reduce(1, *)
        let gain = classifier?.index == index ? 1.0 : 2.0
        let deviation = (gain / Double(fanIn)).squareRoot()
        var random = CounterRandom(seed: seed, purpose: "initialize.\(parameter.name)")
        values = (0..<parameter.shape.elementCount).map { _ in Float(random.normal() * deviation) }
      case .scale, .runningVariance:
        values = [Float](repeating: 1, count: parameter.shape.elementCount)
      case .bias, .shift, .runningMean:
        values = [Float](repeating: 0, count: parameter.shape.elementCount)
      }
      result[parameter.name] = HostTensor(shape: parameter.shape, values: values)
    }
    return result
  }
}
