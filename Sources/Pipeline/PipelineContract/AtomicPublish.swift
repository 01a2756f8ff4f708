import ContentHashing
import Diagnostics
import DurableFiles
import Foundation
import OperatingSystem
import Synchronization

/// A stage's work between its first byte and its publication.
///
/// The stage writes into `staging`. `commit` flushes every file, writes the manifest, and renames
/// the staging folder to the artifact's name in one step: at no moment is there an artifact that
/// looks finished and is not. A name that starts with a dot is scratch and is not published.
/// The artifact that was there goes to its `ArtifactHistory`, as does work of another recipe.
///
/// It holds an exclusive lock on the artifact and shared locks on the artifacts it reads.
package final class AtomicPublish: Sendable {
  package let recipe: Recipe
  package let layout: ArtifactLayout
  /// The folder to write into; it exists.
  package let staging: URL
  /// Whether `staging` holds earlier work that is to be continued.
  package let resumes: Bool
  private let locks: [ArtifactLock]
  private let history: ArtifactHistory
  private let keep: Int
  private let said: Mutex<[String]>

  package var instance: StageInstance { recipe.instance }

  /// The folder of the artifact published before, whose unchanged parts may be taken over; `nil`
  /// where there is none.
  package var previous: URL? {
    get throws {
      try FileStatus.of(layout.manifest(instance)) == nil ? nil : layout.directory(instance)
    }
  }

  /// Takes the locks, then goes on with `ArtifactHistory.earlierWork`; what else is in the staging
  /// folder is set aside.
  ///
  /// - Parameters:
  ///   - discardsEarlierWork: whether nothing is gone on with, and work of an equal recipe removed.
  ///   - keep: how many replaced artifacts are kept.
  ///   - strictly: whether another executable makes another recipe.
  ///   - continues: how the stage goes on from what another recipe has made.
  /// - Throws: `IchorError`: `.busy` where another process holds the artifact or writes an input,
  ///   `.cannotCreate` or `.inputOutput` where the folder cannot be made.
  package init(
    _ recipe: Recipe, in layout: ArtifactLayout, discardsEarlierWork: Bool = false, keep: Int = 0,
    strictly: Bool = false,
    continues: ArtifactHistory.ContinuationRule = { _, _, _ in nil }
  ) throws {
    self.recipe = recipe
    self.layout = layout
    self.keep = keep
    let instance = recipe.instance
    let history = ArtifactHistory(of: instance, in: layout)
    self.history = history
    staging = layout.staging(instance)
    let reads = try recipe.inputs.compactMap(\.artifact).map { try StageInstance(parsing: $0) }
    var locks = [try ArtifactLock(instance, in: layout, mode: .exclusive, reads: reads)]
    for read in reads {
      locks.append(try ArtifactLock(read, in: layout, mode: .shared))
    }
    self.locks = locks
    // A description that can't be read is no reason to throw away the work beside it.
    for name in [ArtifactLayout.partial, ArtifactLayout.manifest] {
      _ = try CanonicalJSON.readIfWhole(JSONValue.self, from: staging.appendingPathComponent(name))
    }
    var said: [String] = []
    let work = try history.earlierWork(
      isSame: { $0.produces(theSameAs: recipe, strictly: strictly) },
      continues: discardsEarlierWork ? { _, _, _ in nil } : continues)
    if case .staged = work {
      if discardsEarlierWork { try FolderRemoval.remove(staging) }
    } else if let sentence = try history.clearStaging(
      for: recipe, limit: keep, strictly: strictly)
    {
      said.append(sentence)
    }
    switch work {
    case .aside(let aside, _) where discardsEarlierWork: try FolderRemoval.remove(aside.folder)
    case .aside(let aside, _):
      try history.takeBack(aside)
      said.append("going on with the work that was set aside as \(instance)@\(aside.id)")
    case .artifact(let artifact, _): try history.copyToStaging(artifact, for: recipe)
    case .staged, nil: break
    }
    resumes = work != nil && !discardsEarlierWork
    if resumes, let continuation = work?.continuation {
      said.append("\(StaleReason.goesOn(continuation))")
    }
    try DurableFile.createFolder(staging)
    // Written before the manifest is removed: work with neither would be nobody's.
    try CanonicalJSON.writeSealed(
      recipe, to: staging.appendingPathComponent(ArtifactLayout.partial))
    for name in [ArtifactLayout.manifest, ArtifactLayout.run] {
      try Self.remove(staging.appendingPathComponent(name))
    }
    said += try history.prune(limit: keep)
    self.said = Mutex(said)
  }

  /// What became of earlier work and of replaced artifacts, since it was last asked for.
  package func takeNotices() -> [String] {
    said.withLock { said in
      defer { said = [] }
      return said
    }
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
    try FolderWalk(staging, stamps: true).forEachFile { path, stamp in
      if ArtifactLayout.contract.contains(path) { return }
      let hash = try ContentHash.sha256(contentsOf: staging.appendingPathComponent(path))
      outputs.append(
        Manifest.Output(
          path: path, sha256: hash, bytes: stamp?.bytes ?? 0,
          isWallClock: ArtifactLayout.isWallClock(path, of: instance.stage)))
    }
    let manifest = Manifest(
      recipe: recipe.with(inputs: inputs ?? recipe.inputs), outputs: outputs, counts: counts)
    var record = record
    record.bytes = manifest.outputBytes
    do {
      try removeScratchAndFlush()
      try CanonicalJSON.writeSealed(record, to: staging.appendingPathComponent(ArtifactLayout.run))
      try CanonicalJSON.writeSealed(
        manifest, to: staging.appendingPathComponent(ArtifactLayout.manifest))
      try Self.remove(staging.appendingPathComponent(ArtifactLayout.partial))
      try DurableFile.flush(staging)
      let replacement = ArtifactReplacement(history: history, limit: keep)
      for step in ArtifactReplacement.Step.allCases {
        let sentences = try replacement.perform(step)
        said.withLock { $0 += sentences }
      }
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
    // Where publication failed halfway, the folder may hold the artifact from before.
    let partial = staging.appendingPathComponent(ArtifactLayout.partial)
    guard FileStatus(at: partial.path) != nil else { return }
    try? CanonicalJSON.writeSealed(record, to: staging.appendingPathComponent(ArtifactLayout.run))
  }

  /// Releases the locks; the work stays in the staging folder.
  package func release() { for lock in locks { lock.release() } }

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
    guard try FileStatus.of(url, followsLinks: false) != nil else { return }
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      throw IchorError(
        IchorError.Kind(writing: error), code: "remove",
        "\(url.path) cannot be removed", remedy: "Check that its folder may be written to.",
        cause: error)
    }
  }
}
