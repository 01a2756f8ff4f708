import ContentHashing
import Diagnostics
import Foundation
import PipelineContract

/// Checks of the artifacts that a stage reads, before it reads them.
enum UpstreamArtifacts {
  /// - Throws: `IchorError(.badData)` where an output of an artifact is no longer what its manifest
  ///   says; one that is missing altogether is left to `InputResolver`.
  static func verify(_ sources: [InputSource], in layout: ArtifactLayout) throws {
    for case .artifact(let instance) in sources {
      guard
        let manifest = try CanonicalJSON.readIfWhole(
          Manifest.self, from: layout.manifest(instance))
      else { continue }
      for case .outputChanged(let path, let old, let new) in try layout.damage(
        to: manifest, of: instance)
      {
        throw IchorError(
          .badData, code: "artifact-changed",
          "The artifact \(instance), an input, was changed after it was published: \(path) has "
            + "\(new) bytes, its manifest says \(old)",
          remedy: "Run “./ichor run \(instance)” to make it again.",
          at: layout.directory(instance).path)
      }
    }
  }

  /// Compares the files that a stage reads whole with the manifests of the stages that wrote them;
  /// their locks are held.
  ///
  /// What is read piece by piece carries checksums of its own, which its readers compare: shards,
  /// the phantom's DICOM files, and weights. Of the latter only those that `predict` takes are hashed
  /// here, as another network's of the same size would pass.
  ///
  /// - Throws: `IchorError`: `.badData` for the first file that is not as it was written,
  ///   `.inputMissing` or `.inputOutput` where one can't be read; what `checkpoint` throws.
  static func verifyContents(
    of sources: [InputSource], for stage: Stage, in layout: ArtifactLayout,
    checkpoint: () throws -> Void
  ) throws {
    for case .artifact(let instance) in sources {
      let manifest = try CanonicalJSON.read(Manifest.self, from: layout.manifest(instance))
      for output in manifest.outputs where isReadWhole(output, by: stage) {
        try checkpoint()
        let file = layout.file(output.path, of: instance)
        guard try ContentHash.sha256(contentsOf: file) != output.sha256 else { continue }
        throw IchorError(
          .badData, code: "artifact-changed",
          "The artifact \(instance), an input, was changed after it was published: \(output.path) "
            + "is not the file that its manifest lists",
          remedy:
            "Run “./ichor verify \(instance) --repair” and then “./ichor run”, which makes it "
            + "again.", at: file.path)
      }
    }
  }

  private static func isReadWhole(_ output: Manifest.Output, by stage: Stage) -> Bool {
    // Only people look at it.
    if output.isWallClock { return false }
    return switch (output.path as NSString).pathExtension {
    case "tar", "dcm": false
    case "safetensors": stage == .predict && output.path == ArtifactLayout.Train.best
    default: true
    }
  }
}
