import DurableFiles
import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract

/// Removes an artifact and the unfinished work beside it.
package struct ArtifactCleaning {
  /// What is removed, and how big it is.
  package struct Item: Sendable {
    package let instance: StageInstance
    package let folders: [URL]
    package let files: Int
    package let bytes: Int

    package var text: String {
      "\(instance): \(Quantity.count(files, "file")), \(Quantity.size(bytes)), in "
        + folders.map(\.path).joined(separator: " and ")
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
    let present = try Self.present(text, in: pipeline)
    items = try present.compactMap { [layout] instance in try Self.item(instance, layout) }
  }

  /// Removes one item: at no moment is half of it left under the artifact's name.
  ///
  /// - Throws: `IchorError`: `.busy` where a run holds the artifact, another where it cannot be
  ///   removed.
  package func remove(_ item: Item) throws {
    let lock = try ArtifactLock(item.instance, in: layout, mode: .exclusive)
    try withExtendedLifetime(lock) {
      for folder in item.folders {
        let doomed = folder.deletingLastPathComponent()
          .appendingPathComponent(".\(folder.lastPathComponent).removed-\(getpid())")
        do {
          try DurableFile.rename(folder, to: doomed)
          try FileManager.default.removeItem(at: doomed)
        } catch {
          throw IchorError(
            IchorError.Kind(writing: error), code: "remove", "\(folder.path) cannot be removed",
            remedy: "Check that its folder may be written to.", cause: error)
        }
      }
    }
  }

  private static func present(_ text: String, in pipeline: Pipeline) throws -> [StageInstance] {
    guard let wanted = try? StageInstance(parsing: text) else {
      return try pipeline.graph.named(by: [text]).sorted()
    }
    let onDisk = try instancesOnDisk(of: wanted.stage, in: pipeline.layout)
    if wanted.stage.hasInstances, wanted.instance == nil { return onDisk.sorted() }
    if !onDisk.contains(wanted) { _ = try pipeline.graph.named(by: [text]) }
    return [wanted]
  }

  private static func instancesOnDisk(
    of stage: Stage, in layout: ArtifactLayout
  ) throws -> [StageInstance] {
    guard stage.hasInstances else { return [StageInstance(stage)] }
    let folder = layout.directory(StageInstance(stage))
    if try FileStatus.of(folder) == nil { return [] }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw IchorError(reading: folder.path, error)
    }
    let instances = names.map { name in
      name.hasPrefix(".") && name.hasSuffix(".partial")
        ? String(name.dropFirst().dropLast(".partial".count)) : name
    }
    return Set(instances.filter(StageInstance.isName)).map { StageInstance(stage, $0) }
  }

  private static func item(_ instance: StageInstance, _ layout: ArtifactLayout) throws -> Item? {
    let folders = try [layout.directory(instance), layout.staging(instance)].filter {
      try FileStatus.of($0) != nil
    }
    if folders.isEmpty { return nil }
    var (files, bytes) = (0, 0)
    for folder in folders {
      let walk = FileManager.default.enumerator(
        at: folder, includingPropertiesForKeys: [.fileSizeKey, .isRegularFileKey])
      while let file = walk?.nextObject() as? URL {
        let values = try? file.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey])
        guard values?.isRegularFile == true else { continue }
        files += 1
        bytes += values?.fileSize ?? 0
      }
    }
    return Item(instance: instance, folders: folders, files: files, bytes: bytes)
  }
}
