import ArtifactTables
import Checkpoints
import ComputeGraph
import ContentHashing
import Diagnostics
import DurableFiles
import Foundation
import OperatingSystem
import PipelineContract
import TensorCore
import Vocabulary

/// The weights that a training with `continue_from` begins with: those that an earlier one of the same
/// instance has left.
///
/// They are copied into the new training's folder first, so that it is resumed from the same ones
/// whatever becomes of their source.
struct ContinuedWeights {
  let choice: PhaseStart
  /// The folder of the new training.
  let staging: URL
  /// Where earlier weights may be, the first that has them counts: the artifact, works set aside.
  let sources: [URL]
  /// The dotted key of the network's section.
  let key: String

  // Scratch, never published.
  private var copy: URL { staging.appendingPathComponent(".origin.safetensors") }
  private var note: URL { staging.appendingPathComponent(".origin.json") }

  /// What the weights were; `nil` where the training began before there was such a note.
  ///
  /// - Throws: `IchorError` where the system can't read it.
  func origin() throws -> ModelCard.Origin? {
    if let origin = try CanonicalJSON.readIfWhole(ModelCard.Origin.self, from: note) {
      return origin
    }
    // A training that was done and goes on: its card is here.
    let card = staging.appendingPathComponent(ArtifactLayout.Train.model)
    return try FileStatus.of(card) == nil ? nil : ModelCard.read(from: card).continuedFrom
  }

  /// The weights, copied on the first call.
  ///
  /// - Throws: `IchorError`: `.inputMissing` where nothing was trained before, `.badData` where the
  ///   tensors don't fit the network, by name and shape, `.cannotCreate` or `.inputOutput` where the
  ///   system refuses.
  func weights(for graph: Graph) throws -> NamedTensors {
    if try FileStatus.of(note) == nil { try takeCopy() }
    switch choice {
    case .best: return try TrainingCheckpoint.readWeights(copy, for: graph)
    case .last: return try TrainingCheckpoint.read(copy, for: graph).parameters
    }
  }

  private func takeCopy() throws {
    let name = choice == .best ? ArtifactLayout.Train.best : ArtifactLayout.Train.last
    guard
      let folder = try sources.first(where: {
        try FileStatus.of($0.appendingPathComponent(name)) != nil
      })
    else {
      throw IchorError(
        .inputMissing, code: "nothing-to-continue",
        "There is neither an artifact nor unfinished work with \(name) to start from",
        remedy: "Train it first, without continue_from.",
        at: "\(key).continue_from")
    }
    let file = folder.appendingPathComponent(name)
    do {
      let content = try Data(contentsOf: file)
      try DurableFile.write(content, to: copy)
      // Last: a note stands for a whole copy.
      try CanonicalJSON.write(
        ModelCard.Origin(
          weights: choice, sha256: ContentHash.sha256(of: content),
          epochs: TrainingHistory.finishedEpochs(in: folder)),
        to: note)
    } catch let error as IchorError {
      throw error
    } catch {
      throw IchorError(writing: copy.path, error)
    }
  }
}
