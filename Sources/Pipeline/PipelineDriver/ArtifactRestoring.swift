import Diagnostics
import Foundation
import PipelineContract

/// Puts a replaced artifact back into its place: `./ichor restore STAGE[/INSTANCE]@ID`.
package struct ArtifactRestoring {
  private let reference: ArtifactReference
  private let layout: ArtifactLayout

  /// - Throws: `IchorError(.usage)` where the text names no replaced artifact.
  package init(_ pipeline: Pipeline, _ text: String) throws {
    reference = try ArtifactReference(parsing: text)
    layout = pipeline.layout
    if reference.id == nil {
      throw IchorError(
        .usage, code: "id-missing", "“\(text)” does not say which artifact",
        remedy: "Write \(text)@ID; “./ichor runs \(text)” lists them.")
    }
  }

  /// Swaps it with the one that is there, which is kept.
  ///
  /// - Returns: what happened.
  /// - Throws: `IchorError`: `.inputMissing` where there is no such artifact, `.badData` where it is
  ///   damaged, `.busy` where a run holds the one in its place, `.cannotCreate` or `.inputOutput` where
  ///   the system refuses.
  package func perform() throws -> String {
    let instance = reference.instance
    let lock = try ArtifactLock(instance, in: layout, mode: .exclusive)
    return try withExtendedLifetime(lock) {
      let artifact = try reference.find(in: layout)
      let history = ArtifactHistory(of: instance, in: layout)
      if try history.current?.id == artifact.id {
        return "\(instance)@\(artifact.id) is in its place already."
      }
      // Nobody has read it since it was replaced.
      let outputs = artifact.manifest.outputs.filter { !$0.isWallClock }
      for output in outputs {
        guard let damage = ArtifactVerification.damage(to: output, in: artifact.folder) else {
          continue
        }
        throw IchorError(
          damage.isUnreadable ? .inputOutput : .badData, code: "artifact-damaged",
          "The artifact \(instance)@\(artifact.id) is damaged: \(damage.path) \(damage.reason)",
          remedy: "Make it again with its parameters; “./ichor runs \(instance)” shows them.",
          at: artifact.folder.path)
      }
      let replaced = try history.restore(artifact)
      return "\(instance)@\(artifact.id) is back in its place"
        + (replaced.map { "; \(instance)@\($0), which was there, is kept" } ?? "")
        + ". “./ichor plan” says what follows from it."
    }
  }
}
