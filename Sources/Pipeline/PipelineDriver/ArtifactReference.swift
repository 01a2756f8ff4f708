import Diagnostics
import PipelineContract

/// An artifact as a person names it: `train/resnet50`, the one in its place, or `train/resnet50@ID`,
/// one that was replaced.
package struct ArtifactReference {
  package let instance: StageInstance
  /// `nil` for the artifact in its place.
  package let id: String?

  /// - Throws: `IchorError(.usage)` where it names no stage or could be no ID.
  package init(parsing text: String) throws {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    instance = try StageInstance(parsing: String(parts.first ?? ""))
    if instance.stage.hasInstances, instance.instance == nil {
      throw IchorError(
        .usage, code: "instance-missing",
        "“\(text)” names no instance of \(instance.stage.rawValue)",
        remedy: "Write STAGE/INSTANCE or STAGE/INSTANCE@ID; “./ichor runs \(instance)” lists them.")
    }
    id = parts.count == 2 ? String(parts[1]) : nil
    if let id, id.isEmpty || !id.allSatisfy({ $0.isHexDigit }) {
      throw IchorError(
        .usage, code: "id-malformed", "“\(id)” is not the ID of an artifact",
        remedy: "“./ichor runs \(instance)” lists them.")
    }
  }

  /// Finds the artifact; the beginning of an ID suffices where no other begins so.
  ///
  /// - Throws: `IchorError`: `.inputMissing` where there is none, `.usage` where there are several.
  package func find(in layout: ArtifactLayout) throws -> ArtifactHistory.Kept {
    let history = ArtifactHistory(of: instance, in: layout)
    guard let id else {
      guard let current = try history.current else {
        throw IchorError(
          .inputMissing, code: "artifact-missing", "There is no artifact \(instance)",
          remedy: "Make it with “./ichor run \(instance)”.", at: layout.directory(instance).path)
      }
      return current
    }
    let known = try history.kept + (history.current.map { [$0] } ?? [])
    let matching = known.filter { $0.id.hasPrefix(id.lowercased()) }
    if Set(matching.map(\.id)).count > 1 {
      throw IchorError(
        .usage, code: "id-ambiguous",
        "Several artifacts of \(instance) have an ID that begins with \(id)",
        remedy: "Write more of one of \(Set(matching.map(\.id)).sorted().joined(separator: ", ")).")
    }
    guard let found = matching.first else {
      let isWork = try history.work.contains { $0.id.hasPrefix(id.lowercased()) }
      throw IchorError(
        .inputMissing, code: isWork ? "artifact-unfinished" : "artifact-unknown",
        isWork
          ? "\(instance)@\(id) is unfinished work" : "There is no artifact \(instance)@\(id)",
        remedy: isWork
          ? "A run with its parameters goes on with it."
          : "“./ichor runs \(instance)” lists what there is.")
    }
    return found
  }
}
