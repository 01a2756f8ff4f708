import Diagnostics
import Foundation

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
  private let outside: OutsideHashes

  /// Parameters as those of `OutsideHashes`.
  package init(layout: ArtifactLayout, recordsNewHashes: Bool, pseudonyms: Pseudonyms = .none) {
    self.layout = layout
    outside = OutsideHashes(
      layout: layout, recordsNewHashes: recordsNewHashes, pseudonyms: pseudonyms)
  }

  /// Inputs outside with stamps in place of hashes, for work to begin without reading them first: what
  /// reads them hashes them on the way, into `HashMemory`.
  ///
  /// Throws as `resolve` does.
  package func stamp(_ sources: [InputSource], checkpoint: () throws -> Void = {}) throws
    -> [Manifest.Input]
  {
    try sources.map { source in
      switch source {
      case .artifact(let instance):
        Manifest.Input(artifact: instance, manifest: try wholeArtifact(instance))
      case .outside(let key, let path):
        try outside.stamp(key: key, path: path, checkpoint: checkpoint)
      }
    }
  }

  /// Throws `IchorError(.inputMissing)` where an artifact is missing or damaged, or nothing is at
  /// the path outside.
  package func resolve(_ sources: [InputSource], checkpoint: () throws -> Void = {}) throws
    -> [Manifest.Input]
  {
    try sources.map { source in
      switch source {
      case .artifact(let instance):
        Manifest.Input(artifact: instance, manifest: try wholeArtifact(instance))
      case .outside(let key, let path):
        try outside.input(key: key, path: path, checkpoint: checkpoint)
      }
    }
  }

  /// The manifest of an artifact whose outputs all exist in their recorded sizes.
  package func wholeArtifact(_ instance: StageInstance) throws -> Manifest {
    let remedy = "Run “./ichor run \(instance)” first"
    let file = layout.manifest(instance)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw IchorError(
        .inputMissing, code: "artifact-missing", "The artifact \(instance), an input, is missing",
        remedy: remedy, at: layout.directory(instance).path)
    }
    let manifest = try CanonicalJSON.read(Manifest.self, from: file)
    if let damage = layout.damage(to: manifest, of: instance).first {
      throw IchorError(
        .inputMissing, code: "artifact-damaged",
        "The artifact \(instance), an input, is damaged: \(damage)", remedy: remedy,
        at: layout.directory(instance).path)
    }
    return manifest
  }
}

extension ArtifactLayout {
  /// The outputs that are missing or have another size than recorded; one `stat` each.
  package func damage(to manifest: Manifest, of instance: StageInstance) -> [StaleReason] {
    let folder = directory(instance).path
    return manifest.outputs.compactMap { output in
      var status = stat()
      guard stat("\(folder)/\(output.path)", &status) == 0 else {
        return .outputMissing(path: output.path)
      }
      let bytes = Int(clamping: status.st_size)
      return bytes == output.bytes
        ? nil : .outputChanged(path: output.path, old: output.bytes, new: bytes)
    }
  }
}
