import ContentHashing
import Diagnostics
import DurableFiles
import Foundation
import OperatingSystem

/// Every move is one rename: a kill leaves the folder in one place or in the other.
///
/// Whoever calls holds the artifact's lock.
extension ArtifactHistory {
  /// How many unfinished works of other recipes are kept where `limit` artifacts are: hours of a
  /// training are not lost by a try of another.
  package static func workLimit(_ limit: Int, of stage: Stage) -> Int {
    stage == .train ? max(1, limit) : limit
  }

  /// Moves a replaced artifact here, or removes it where none is kept or `current` has the same
  /// outputs.
  ///
  /// - Returns: its ID where it is kept.
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the system refuses.
  func take(_ folder: URL, limit: Int) throws -> String? {
    guard let artifact = try Self.kept(in: folder) else {
      try FolderRemoval.remove(folder)
      return nil
    }
    let other = folder.path == layout.directory(instance).path ? nil : try current
    if limit == 0 || other?.manifest.outputsDigest == artifact.manifest.outputsDigest {
      try FolderRemoval.remove(folder)
      return nil
    }
    try move(folder, to: place(artifact.id))
    return artifact.id
  }

  /// Empties the staging folder: what is in it was made from another recipe.
  ///
  /// - Returns: what became of it, as a sentence; `nil` where there was nothing of worth.
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the system refuses.
  func clearStaging(for recipe: Recipe, limit: Int, strictly: Bool) throws -> String? {
    let staging = layout.staging(instance)
    guard let work = try Self.work(in: staging) else {
      if try Self.kept(in: staging) == nil, try stagedIsOfWorth {
        let since = FileStatus(at: staging.path)?.modified ?? 0
        let place = place("damaged-\(since)" + ArtifactLayout.unfinished)
        try move(staging, to: place)
        return "unfinished work whose description is damaged is set aside in \(place.path): no run "
          + "goes on with it, “./ichor clean \(instance)” removes it"
      }
      return try take(staging, limit: limit).map {
        "an artifact that was finished but not published is kept as \(instance)@\($0)"
      }
    }
    guard try stagedIsOfWorth else {
      try FolderRemoval.remove(staging)
      return nil
    }
    let differences = StaleReason.summary(
      StaleReason.differences(from: work.recipe, to: recipe, strictly: strictly))
    if Self.workLimit(limit, of: instance.stage) == 0 {
      try FolderRemoval.remove(staging)
      return "interrupted work of another recipe is removed: \(differences)"
    }
    try move(staging, to: place(work.id + ArtifactLayout.unfinished))
    return "interrupted work of another recipe is set aside as \(instance)@\(work.id): "
      + differences
  }

  /// Puts work that was set aside into the staging folder, which must not exist.
  func takeBack(_ work: Work) throws {
    do {
      try DurableFile.rename(work.folder, to: layout.staging(instance))
      try DurableFile.flush(work.folder.deletingLastPathComponent())
    } catch {
      throw IchorError(writing: work.folder.path, error)
    }
  }

  /// Puts a copy of a finished artifact's outputs into the staging folder, which must not exist, as
  /// work on a recipe.
  ///
  /// - Throws: `IchorError`: `.badData` where an output is not what was published, `.cannotCreate` or
  ///   `.inputOutput` where the system refuses.
  func copyToStaging(_ artifact: Kept, for recipe: Recipe) throws {
    let staging = layout.staging(instance)
    // Half a copy must not be taken for work: it is made under another name.
    let copy = staging.appendingPathExtension("copy")
    do {
      try FolderRemoval.remove(copy)
      try DurableFile.createFolder(copy)
      for output in artifact.manifest.outputs {
        let (from, to) = (
          artifact.folder.appendingPathComponent(output.path),
          copy.appendingPathComponent(output.path)
        )
        try DurableFile.createFolder(to.deletingLastPathComponent())
        try FileManager.default.copyItem(at: from, to: to)
        guard try ContentHash.sha256(contentsOf: to) == output.sha256 else {
          throw IchorError(
            .badData, code: "output-changed",
            "\(output.path) of \(instance) is not what was published, so nothing goes on from it",
            remedy: "Run with --force to begin anew.", at: from.path)
        }
        try DurableFile.flush(to)
      }
      try CanonicalJSON.writeSealed(
        recipe, to: copy.appendingPathComponent(ArtifactLayout.partial))
      try DurableFile.flush(copy)
      try DurableFile.rename(copy, to: staging)
      try DurableFile.flush(staging.deletingLastPathComponent())
    } catch let error as IchorError {
      throw error
    } catch {
      throw IchorError(writing: copy.path, error)
    }
  }

  /// Removes what is more than `limit` artifacts and works, those replaced first before others, and
  /// artifacts with the outputs of the current one or of a later one.
  ///
  /// - Returns: a sentence for each that was removed for their number.
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the system refuses.
  func prune(limit: Int) throws -> [String] {
    var seen: Set<String> = []
    if let current = try current { seen.insert(current.manifest.outputsDigest) }
    var (rest, removed) = (limit, [String]())
    for artifact in try kept {
      if !seen.insert(artifact.manifest.outputsDigest).inserted {
        try FolderRemoval.remove(artifact.folder)
      } else if rest == 0 {
        try FolderRemoval.remove(artifact.folder)
        removed.append(artifact.id)
      } else {
        rest -= 1
      }
    }
    for work in try work.dropFirst(Self.workLimit(limit, of: instance.stage)) {
      try FolderRemoval.remove(work.folder)
      removed.append(work.id)
    }
    return removed.map {
      "\(instance)@\($0) is removed, the oldest of more than keep.\(instance.stage.rawValue) allows"
    }
  }

  /// Brings a kept artifact to its place and keeps the one that is there.
  ///
  /// - Returns: the ID of the one that was there; `nil` where there was none.
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the system refuses.
  package func restore(_ artifact: Kept) throws -> String? {
    let final = layout.directory(instance)
    let replaced = try current
    do {
      if replaced != nil, DurableFile.exchange(artifact.folder, final) {
        try DurableFile.flush(final.deletingLastPathComponent())
        try move(artifact.folder, to: place(replaced?.id ?? ""))
      } else {
        // For a moment there is no artifact, but both are here.
        if let replaced { try move(final, to: place(replaced.id)) }
        try FolderRemoval.remove(final)
        try DurableFile.createFolder(final.deletingLastPathComponent())
        try DurableFile.rename(artifact.folder, to: final)
        try DurableFile.flush(final.deletingLastPathComponent())
      }
    } catch let error as SystemCallError {
      throw IchorError(writing: final.path, error)
    }
    return replaced?.id
  }

  private func place(_ name: String) -> URL {
    layout.history(instance).appendingPathComponent(name, isDirectory: true)
  }

  private func move(_ folder: URL, to place: URL) throws {
    if folder.path == place.path { return }
    let history = layout.history(instance)
    try DurableFile.createFolder(history)
    // The same manifest: either will do.
    try FolderRemoval.remove(place)
    do {
      try Self.touch(folder)
      try DurableFile.rename(folder, to: place)
      try DurableFile.flush(history)
      try DurableFile.flush(folder.deletingLastPathComponent())
    } catch {
      throw IchorError(writing: place.path, error)
    }
  }

  /// Says when it was replaced; a rename does not.
  private static func touch(_ folder: URL) throws {
    guard utimes(folder.path, nil) == 0 else { throw SystemCallError.last("utimes") }
  }
}
