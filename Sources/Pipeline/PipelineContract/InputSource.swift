import ContentHashing
import Diagnostics
import Foundation
import OperatingSystem

/// Where an input of a stage comes from.
package enum InputSource: Hashable, Sendable {
  case artifact(StageInstance)
  /// A file or folder that the user named under the configuration key.
  case outside(key: String, path: URL)

  /// As in `Manifest.Input.name`.
  package var name: String {
    switch self {
    case .artifact(let instance): instance.description
    case .outside(let key, _): key
    }
  }
}

/// Turns sources into the hashed inputs of a manifest, after checking that they are whole.
package struct InputResolver: Sendable {
  private let layout: ArtifactLayout
  private let outside: OutsideHashing

  /// - Parameters:
  ///   - recordsNewHashes: whether to keep what was hashed; `plan` and `status` do not, as they change
  ///     nothing on the disk.
  ///   - pseudonyms: what files are called in the remembered hashes and in errors.
  package init(layout: ArtifactLayout, recordsNewHashes: Bool, pseudonyms: Pseudonyms = .none) {
    self.layout = layout
    outside = OutsideHashing(
      cache: layout.cache, recordsNewHashes: recordsNewHashes, pseudonyms: pseudonyms)
  }

  /// Inputs outside with stamps in place of hashes, for work to begin without reading them first.
  ///
  /// The stage that reads them hashes them on the way, into `HashMemory`.
  ///
  /// - Throws: what `resolve` throws.
  package func stamp(_ sources: [InputSource], checkpoint: () throws -> Void = {}) throws
    -> [Manifest.Input]
  {
    try inputs(sources) { try outside.stamp(of: $0, checkpoint: checkpoint) }
  }

  /// - Throws: `IchorError(.inputMissing)` where an artifact is missing or damaged, or there is
  ///   nothing at the path outside; what `checkpoint` throws.
  package func resolve(_ sources: [InputSource], checkpoint: () throws -> Void = {}) throws
    -> [Manifest.Input]
  {
    try inputs(sources) { try outside.hash(of: $0, checkpoint: checkpoint) }
  }

  private func inputs(
    _ sources: [InputSource], _ content: (URL) throws -> HashedContent
  ) throws -> [Manifest.Input] {
    try sources.map { source in
      switch source {
      case .artifact(let instance):
        return Manifest.Input(artifact: instance, manifest: try wholeArtifact(instance))
      case .outside(let key, let path):
        let path = path.resolvingSymlinksInPath()
        guard try FileStatus.of(path) != nil else {
          throw IchorError(
            .inputMissing, code: "data-missing", "There is nothing at \(path.path)",
            remedy: "Correct \(key) in pipeline.yaml or with --set.", at: key,
            cause: SystemCallError(call: "stat", number: ENOENT))
        }
        let found = try content(path)
        return Manifest.Input(
          key: key, path: path.path, sha256: found.sha256, bytes: found.bytes, files: found.files)
      }
    }
  }

  /// The manifest of an artifact whose outputs all exist in their recorded sizes.
  ///
  /// - Throws: `IchorError`: `.inputMissing` where it is missing or damaged, `.badData` where its
  ///   manifest is malformed.
  package func wholeArtifact(_ instance: StageInstance) throws -> Manifest {
    let remedy = "Run “./ichor run \(instance)” first."
    let file = layout.manifest(instance)
    guard try FileStatus.of(file) != nil else {
      throw IchorError(
        .inputMissing, code: "artifact-missing", "The artifact \(instance), an input, is missing",
        remedy: remedy, at: layout.directory(instance).path)
    }
    let manifest = try CanonicalJSON.read(Manifest.self, from: file)
    if let damage = try layout.damage(to: manifest, of: instance).first {
      throw IchorError(
        .inputMissing, code: "artifact-damaged",
        "The artifact \(instance), an input, is damaged: \(damage)", remedy: remedy,
        at: layout.directory(instance).path)
    }
    return manifest
  }
}

extension ArtifactLayout {
  /// The outputs that are missing or have another size than recorded; one `stat` each. Those that hold
  /// times are for people alone: without them nothing has to be made again.
  ///
  /// - Throws: `IchorError` where the system cannot say.
  package func damage(to manifest: Manifest, of instance: StageInstance) throws -> [StaleReason] {
    try Self.damage(to: manifest, in: directory(instance))
  }

  /// The same of an artifact that lies elsewhere.
  ///
  /// - Throws: as `damage(to:of:)`.
  package static func damage(to manifest: Manifest, in folder: URL) throws -> [StaleReason] {
    try manifest.outputs.compactMap { output in
      if output.isWallClock { return nil }
      guard let bytes = try FileStatus.of(path: "\(folder.path)/\(output.path)")?.size else {
        return .outputMissing(path: output.path)
      }
      return bytes == output.bytes
        ? nil : .outputChanged(path: output.path, old: output.bytes, new: bytes)
    }
  }
}
