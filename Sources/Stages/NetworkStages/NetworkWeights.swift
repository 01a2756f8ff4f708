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
      guard case .convolution(let attributes) = node.operation,
        let epsilon = attributes.foldedEpsilon
      else { continue }
      let parameters = node.parameters.map { graph[$0] }
      let fold = Fold(parameters.map { weights.required($0) }, epsilon: epsilon)
      guard fold.exceeds(greatest) else { continue }
      throw IchorError(
        .badData, code: "weights-not-finite",
        "“\(parameters[0].name)”, multiplied with the normalisation after it, of “\(parameters[1].name)”"
          + " and “\(parameters[4].name)”, is not finite",
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

  /// A convolution's weights with the normalisation after it: weights, scale, shift, mean, variance.
  private struct Fold {
    private let parameters: [[Float]]
    private let epsilon: Float

    init(_ parameters: [[Float]], epsilon: Float) {
      self.parameters = parameters
      self.epsilon = epsilon
    }

    func exceeds(_ greatest: Float) -> Bool {
      // A bound that takes no time; only weights far from any network's are multiplied out.
      func largest(_ values: [Float]) -> Double { Double(values.reduce(0) { max($0, abs($1)) }) }
      let smallest = (Double(parameters[4].min() ?? 0) + Double(epsilon)).squareRoot()
      let factor = largest(parameters[1]) / smallest
      let bound = max(largest(parameters[0]), largest(parameters[3]), 1) * factor
      if bound + largest(parameters[2]) < Double(greatest) { return false }
      let (weights, bias) = FoldedConvolution.fold(
        weights: parameters[0], scale: parameters[1], shift: parameters[2], mean: parameters[3],
        variance: parameters[4], epsilon: epsilon)
      return !(weights + bias).allSatisfy { abs($0) <= greatest }
    }
  }
}
