import Checkpoints
import ComputeGraph
import Foundation
import TensorCore

/// What weights have to be before a network computes with them.
enum NetworkWeights {
  /// - Throws: `IchorError(.badData)` where a tensor is missing, superfluous or of another shape, holds
  ///   NaN or infinity, or is a negative variance.
  static func require(
    _ weights: NamedTensors, for graph: Graph, file: URL,
    resembling: (String, [String]) -> String? = { _, _ in nil }
  ) throws {
    try weights.requireMatch(graph.stateShapes, file: file, resembling: resembling)
    try weights.requireFinite(
      variances: graph.parameters.lazy.filter { $0.role == .runningVariance }.map(\.name),
      file: file)
  }
}
