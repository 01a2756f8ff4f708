import Diagnostics
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
}
