import ComputeGraph
import Diagnostics
import Foundation
import Logging
import Models
import TensorCore
import Training
import Vocabulary

/// The weights that a training begins with.
enum InitialWeights {
  /// He normal, or a file's: its first convolution summed to one channel, its classifier replaced by
  /// a new one, where the graph needs it.
  ///
  /// - Throws: `IchorError(.badData)` with the tensors that don't fit and both shapes, or
  ///   the one that holds NaN, infinity, what the precision can't hold, or a negative variance.
  static func make(
    for graph: Graph, of architecture: Architecture, from file: URL?, seed: UInt64,
    precision: Precision = .f32, logger: Logger
  ) throws -> NamedTensors {
    let fresh = HeNormalInitialization.parameters(of: graph, seed: seed)
    guard let file else { return fresh }
    let foreign = ForeignWeights(file: file, logger: logger)
    let stored = try foreign.read()
    let adapted = architecture.adaptingStem(of: stored, to: graph)
    if adapted[architecture.stemName]?.shape != stored[architecture.stemName]?.shape {
      logger.notice("the first convolution's three input channels are summed to one")
    }
    let (weights, isNew) = architecture.replacingHead(of: adapted, from: fresh)
    if isNew {
      logger.notice("the classifier of \(file.lastPathComponent) is replaced by a new one")
    }
    try foreign.require(weights, for: graph, precision: precision)
    return weights
  }
}
