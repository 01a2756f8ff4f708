import ArtifactTables
import ComputeGraph
import Diagnostics
import Models

/// What training and prediction decide in the same way.
enum NetworkSetup {
  static func graph(of card: ModelCard) throws -> Graph {
    try card.architecture.graph(
      channels: card.windows.count, height: card.size, width: card.size,
      classes: card.labels.count)
  }

  /// - Parameter key: the dotted key of the network's section.
  /// - Throws: `IchorError(.configuration)` where a normalisation would be over a single value, which
  ///   is then always 0: a batch of one whose feature maps have shrunk to one pixel.
  static func requireBatchStatistics(of graph: Graph, batch: Int, key: String) throws {
    for node in graph.nodes {
      guard case .batchNormalization(let attributes) = node.operation,
        !attributes.hasFixedStatistics
      else { continue }
      let shape = graph[node.output]
      guard batch * shape.height * shape.width == 1 else { continue }
      throw IchorError(
        .configuration, code: "batch-statistics",
        "\(node.name) normalises over the batch, which has one value in each channel there: the "
          + "picture has shrunk to 1 x 1",
        remedy: "Use a batch of 2 or more, or larger pictures.", at: "\(key).batch")
    }
  }
}
