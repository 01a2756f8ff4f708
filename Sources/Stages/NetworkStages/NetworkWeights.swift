import Checkpoints
import ComputeGraph
import Diagnostics
import Foundation
import TensorCore
import Vocabulary

/// What weights have to be before a network computes with them.
package enum NetworkWeights {
  /// - Parameter precision: the format that the network computes with.
  /// - Throws: `IchorError(.badData)` where a tensor is missing, superfluous or of another shape, holds
  ///   NaN, infinity or what the format can't hold, is a negative variance, or grows beyond the format
  ///   where prediction multiplies it with the normalisation after it.
  package static func require(
    _ weights: NamedTensors, for graph: Graph, file: URL, precision: Precision = .f32,
    resembling: (String, [String]) -> String? = { _, _ in nil }
  ) throws {
    let greatest = greatest(precision)
    try weights.requireMatch(graph.stateShapes, file: file, resembling: resembling)
    try weights.requireFinite(
      variances: graph.parameters.lazy.filter { $0.role == .runningVariance }.map(\.name),
      upTo: greatest, file: file)
    for node in Program(graph, mode: .inference, batch: 1).graph.nodes {
      guard let product = NormalizedProduct(node, of: graph, weights), product.exceeds(greatest)
      else { continue }
      throw IchorError(
        .badData, code: "weights-not-finite",
        "\(product.name) comes to more than \(greatest) in prediction",
        remedy: "Train the network again, or give weights that are whole.",
        at: file.path(percentEncoded: false))
    }
  }

  private static func greatest(_ precision: Precision) -> Float {
    switch precision {
    case .f32: .greatestFiniteMagnitude
    // The upper half of a float32.
    case .bf16: Float(bitPattern: 0x7F7F_0000)
    }
  }

  /// What prediction multiplies once for all slices: a normalisation's factors, with the weights of
  /// the convolution before it where there is one.
  private struct NormalizedProduct {
    let name: String
    private let weights: [Float]
    /// Scale, shift, mean, variance.
    private let normalization: [[Float]]
    private let epsilon: Float

    init?(_ node: Node, of graph: Graph, _ tensors: NamedTensors) {
      let parameters = node.parameters.map { graph[$0] }
      let values = parameters.map { tensors.required($0) }
      switch node.operation {
      case .convolution(let convolution):
        guard let folded = convolution.foldedEpsilon else { return nil }
        (weights, normalization, epsilon) = (values[0], Array(values.dropFirst()), folded)
      case .batchNormalization(let attributes):
        weights = [Float](repeating: 1, count: values[0].count)
        (normalization, epsilon) = (values, attributes.epsilon)
      default: return nil
      }
      name = parameters.filter { $0.role != .shift && $0.role != .runningMean }
        .map { "“\($0.name)”" }.joined(separator: ", ")
    }

    func exceeds(_ greatest: Float) -> Bool {
      // A bound that takes no time; only weights far from any network's are multiplied out.
      func largest(_ values: [Float]) -> Double { Double(values.reduce(0) { max($0, abs($1)) }) }
      let smallest = (Double(normalization[3].min() ?? 0) + Double(epsilon)).squareRoot()
      let factor = largest(normalization[0]) / smallest
      let bound = max(largest(weights), largest(normalization[2]), 1) * factor
      if bound + largest(normalization[1]) < Double(greatest) { return false }
      let (folded, bias) = FoldedConvolution.fold(
        weights: weights, scale: normalization[0], shift: normalization[1], mean: normalization[2],
        variance: normalization[3], epsilon: epsilon)
      return !(folded + bias).allSatisfy { abs($0) <= greatest }
    }
  }
}
