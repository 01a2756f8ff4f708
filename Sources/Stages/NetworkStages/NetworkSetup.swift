import ArtifactTables
import ComputeGraph
import Logging
import Models
import PipelineConfiguration
import Vocabulary

/// What training and prediction decide in the same way.
enum NetworkSetup {
  static func graph(of card: ModelCard) throws -> Graph {
    try card.architecture.graph(
      channels: card.windows.count, height: card.size, width: card.size,
      classes: card.labels.count)
  }

  /// The configured precision, or f32, with a warning, where the machine can't run it well.
  static func precision(
    _ compute: ComputeParameters, _ backend: any Backend, _ logger: Logger
  ) throws -> Precision {
    let wanted = compute.precision
    if backend.supports(wanted) { return wanted }
    logger.warning("\(backend.name) has no fast \(wanted.rawValue) on this machine: f32 it is")
    return .f32
  }
}
