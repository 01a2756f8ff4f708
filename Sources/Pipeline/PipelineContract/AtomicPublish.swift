import ContentHashing
import Diagnostics
import DurableFiles
import Foundation
import OperatingSystem

/// A stage's work between its first byte and its publication.
///
/// The stage writes into `staging`. `commit` flushes every file, writes the manifest, and renames
/// the staging folder to the artifact's name in one step: at no moment is there an artifact that
/// looks finished and is not. A name that starts with a dot is scratch and is not published.
///
/// It holds an exclusive lock on the artifact and shared locks on the artifacts it reads.
package final class AtomicPublish: Sendable {
  package let recipe: Recipe
  package let layout: ArtifactLayout
  /// The folder to write into; it exists.
  package let staging: URL
  /// Whether `staging` holds the interrupted work of an equal recipe, to be continued.
  package let resumes: Bool
  private let locks: [ArtifactLock]

  package var instance: StageInstance { recipe.instance }

  /// The folder of the artifact published before, whose unchanged parts may be taken over; `nil`
  /// where there is none.
  package var previous: URL? {
    let manifest = layout.manifest(instance)
    return FileManager.default.fileExists(atPath: manifest.path)
      ? layout.directory(instance) : nil
  }

  /// Takes the locks, then keeps the staging folder if it was begun for an equal recipe and
  /// empties it otherwise.
  ///
  /// - Throws: `IchorError`: `.busy` where another process holds the artifact or writes an input,
  ///   `.cannotCreate` or `.inputOutput` where the folder cannot be made.
  package init(_ recipe: Recipe, in layout: ArtifactLayout, discardsEarlierWork: Bool = false)
    throws
  {
    self.recipe = recipe
    self.layout = layout
    let instance = recipe.instance
    staging = layout.staging(instance)
    let reads = try recipe.inputs.compactMap(\.artifact).map { try StageInstance(parsing: $0) }
    var locks = [try ArtifactLock(instance, in: layout, mode: .exclusive, reads: reads)]
    for read in reads {
      locks.append(try ArtifactLock(read, in: layout, mode: .shared))
    }
    self.locks = locks
    resumes = !discardsEarlierWork && Self.begunWith(staging)?.produces(theSameAs: recipe) == true
    if !resumes { try Self.remove(staging) }
    try DurableFile.createFolder(staging)
    for name in [ArtifactLayout.manifest, ArtifactLayout.run] {
      try Self.remove(staging.appendingPathComponent(name))
    }
    try CanonicalJSON.write(recipe, to: staging.appendingPathComponent(ArtifactLayout.partial))
  }

  /// Hashes and flushes the outputs, writes `run.json` and, last, the manifest, and publishes.
  ///
  /// - Parameters:
  ///   - inputs: what the manifest is to say about the inputs; by default the recipe's, which may
  ///     hold stamps in place of hashes.
  ///   - counts: what the manifest is to say about the content of the outputs.
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where a file can't be written,
  ///   `.inputMissing` where an output can't be read; the artifact from before is still in place.
  @discardableResult
  package func commit(
    _ record: RunRecord, inputs: [Manifest.Input]? = nil, counts: [String: Int] = [:]
  ) throws -> Manifest {
    var outputs: [Manifest.Output] = []
    let contract: Set = [
      ArtifactLayout.manifest, ArtifactLayout.run, ArtifactLayout.log, ArtifactLayout.partial,
    ]
    try FolderWalk(staging, stamps: true).forEachFile { path, stamp in
      if contract.contains(path) { return }
      let hash = try ContentHash.sha256(contentsOf: staging.appendingPathComponent(path))
      outputs.append(Manifest.Output(path: path, sha256: hash, bytes: stamp?.bytes ?? 0))
    }
    let manifest = Manifest(
      recipe: recipe.with(inputs: inputs ?? recipe.inputs), outputs: outputs, counts: counts)
    var record = record
    record.bytes = manifest.outputBytes
    do {
      try removeScratchAndFlush()
      try CanonicalJSON.write(record, to: staging.appendingPathComponent(ArtifactLayout.run))
      try CanonicalJSON.write(manifest, to: staging.appendingPathComponent(ArtifactLayout.manifest))
      try Self.remove(staging.appendingPathComponent(ArtifactLayout.partial))
      try DurableFile.flush(staging)
      try Self.exchange(staging, with: layout.directory(instance))
    } catch let error as SystemCallError {
      throw IchorError(
        IchorError.Kind(writing: error), code: "publish",
        "The artifact \(instance) cannot be published",
        remedy: "Check that its folder may be written to and that the disk has room.",
        at: layout.directory(instance).path, cause: error)
    }
    return manifest
  }

  /// Leaves `run.json` in the staging folder, so that `status` can tell a failure from an
  /// interruption. Best effort: the failure itself is what matters.
  package func recordFailure(_ record: RunRecord) {
    try? CanonicalJSON.write(record, to: staging.appendingPathComponent(ArtifactLayout.run))
  }

  /// Releases the locks; the work stays in the staging folder.
  package func release() { for lock in locks { lock.release() } }

  private static func begunWith(_ staging: URL) -> Recipe? {
    let partial = staging.appendingPathComponent(ArtifactLayout.partial)
    if let recipe = try? CanonicalJSON.read(Recipe.self, from: partial) { return recipe }
    // Stopped between writing the manifest and renaming: all the work is there.
    let manifest = staging.appendingPathComponent(ArtifactLayout.manifest)
    return (try? CanonicalJSON.read(Manifest.self, from: manifest)).map(Recipe.init(of:))
  }

  private func removeScratchAndFlush() throws {
    var pending = [staging]
    while let folder = pending.popLast() {
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
        let entry = folder.appendingPathComponent(name)
        guard let status = FileStatus(at: entry.path, followsLinks: false) else {
          throw SystemCallError.last("lstat")
        }
        if name.hasPrefix(".") {
          try Self.remove(entry)
        } else if status.isFolder {
          pending.append(entry)
        } else {
          try DurableFile.flush(entry)
        }
      }
      try DurableFile.flush(folder)
    }
  }

  private static func remove(_ url: URL) throws {
    guard FileStatus(at: url.path, followsLinks: false) != nil else { return }
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      throw IchorError(
        IchorError.Kind(writing: error), code: "remove",
        "\(url.path) cannot be removed", remedy: "Check that its folder may be written to.",
        cause: error)
    }
  }

  /// Renames `staging` to `final`; what was there is swapped out in the same step and removed.
  private static func exchange(_ staging: URL, with final: URL) throws {
    let parent = final.deletingLastPathComponent()
    if !FileManager.default.fileExists(atPath: final.path) {
      try DurableFile.rename(staging, to: final)
      return try DurableFile.flush(parent)
    }
    if DurableFile.exchange(staging, final) {
      try DurableFile.flush(parent)
      return try remove(staging)
    }
    // Without an exchange in one step there is, for a moment, no artifact; never half of one.
    let aside = parent.appendingPathComponent(".\(final.lastPathComponent).old")
    try remove(aside)
    try DurableFile.rename(final, to: aside)
    try DurableFile.rename(staging, to: final)
    try DurableFile.flush(parent)
    try remove(aside)
  }
}
