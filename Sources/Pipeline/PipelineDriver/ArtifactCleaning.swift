import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract

/// Removes an artifact and everything beside it: unfinished work, what was replaced, and what killed
/// runs were removing.
package struct ArtifactCleaning {
  /// What is removed, and how big it is.
  package struct Item: Sendable {
    package let instance: StageInstance
    package let folders: [URL]
    package let files: Int
    package let bytes: Int
    /// How many replaced artifacts are among it.
    let kept: Int
    /// How many unfinished works of other recipes are among it.
    let setAside: Int

    /// `nil` where none of the folders exists.
    init?(_ instance: StageInstance, _ places: [URL], kept: Int = 0, setAside: Int = 0) {
      self.instance = instance
      folders = places.filter { FileManager.default.fileExists(atPath: $0.path) }
      if folders.isEmpty { return nil }
      let sizes = folders.map { FolderFiles.size($0) }
      files = sizes.reduce(0) { $0 + $1.files }
      bytes = sizes.reduce(0) { $0 + $1.bytes }
      self.kept = kept
      self.setAside = setAside
    }

    package var text: String {
      let parts = [
        kept > 0 ? Quantity.count(kept, "replaced artifact") : "",
        setAside > 0 ? Quantity.count(setAside, "unfinished work") : "",
      ].filter { !$0.isEmpty }
      return "\(instance): \(Quantity.count(files, "file")), \(Quantity.size(bytes)), in "
        + folders.map(\.path).joined(separator: " and ")
        + (parts.isEmpty ? "" : ", with \(parts.joined(separator: " and "))")
    }
  }

  package let items: [Item]
  private let layout: ArtifactLayout

  /// Finds what `STAGE` or `STAGE/INSTANCE` left on the disk, whether or not the configuration has
  /// it.
  ///
  /// - Throws: `IchorError(.usage)` for a name that is neither on the disk nor in the
  ///   configuration.
  package init(_ pipeline: Pipeline, named text: String) throws {
    layout = pipeline.layout
    items = try pipeline.instances(named: text).compactMap { [layout] instance in
      let places = [
        layout.directory(instance), layout.staging(instance), layout.history(instance),
      ]
      let history = ArtifactHistory(of: instance, in: layout)
      return try Item(
        instance, places + layout.leftovers(of: instance), kept: history.kept.count,
        setAside: history.work.count)
    }
  }

  /// Finds only what killed runs were removing, of all stages.
  ///
  /// - Throws: `IchorError` where a folder cannot be listed.
  package init(leftoversIn pipeline: Pipeline) throws {
    layout = pipeline.layout
    let instances = try Stage.allCases.flatMap { try pipeline.layout.instancesOnDisk(of: $0) }
      .sorted()
    items = try instances.compactMap { [layout] instance in
      try Item(instance, layout.leftovers(of: instance))
    }
  }

  /// Removes one item: at no moment is half of it left under the artifact's name.
  ///
  /// - Throws: `IchorError`: `.busy` where a run holds the artifact, another where it cannot be
  ///   removed.
  package func remove(_ item: Item) throws {
    let lock = try ArtifactLock(item.instance, in: layout, mode: .exclusive)
    try withExtendedLifetime(lock) {
      for folder in item.folders { try FolderRemoval.remove(folder) }
    }
  }

  /// Says what `init(leftoversIn:)` found, in one line; `nil` where it is nothing.
  package var leftovers: String? {
    if items.isEmpty { return nil }
    let bytes = items.reduce(0) { $0 + $1.bytes }
    return
      "\(Quantity.size(bytes)) of \(items.map(\.instance.description).joined(separator: ", ")) "
      + "is left by runs that were killed while they removed it; “./ichor clean --leftovers” removes it"
  }
}
