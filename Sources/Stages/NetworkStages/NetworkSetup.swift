import ArtifactTables
import ComputeGraph
import Diagnostics
import Logging
import Models
import PipelineConfiguration
import Vocabulary

/// What training and prediction decide alike.
enum NetworkSetup {
  static func architecture(_ name: String) throws -> Architecture {
    guard let architecture = Architecture(rawValue: name) else {
      throw IchorError(
        .configuration, code: "model-unknown", "there is no model \(name)",
        remedy: "use one of \(Architecture.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return architecture
  }

  static func graph(of card: ModelCard) throws -> Graph {
    try architecture(card.architecture).graph(
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
