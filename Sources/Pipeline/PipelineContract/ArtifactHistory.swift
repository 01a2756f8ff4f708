import ContentHashing
import Diagnostics
import Foundation
import OperatingSystem

/// What an instance has besides its artifact: artifacts that were replaced, and the unfinished work
/// of other recipes.
///
/// Each is a folder of `ArtifactLayout.history`. What it holds decides what it is, not its name: a
/// kill between two renames leaves a folder that is found all the same.
package struct ArtifactHistory: Sendable {
  package let instance: StageInstance
  package let layout: ArtifactLayout

  package init(of instance: StageInstance, in layout: ArtifactLayout) {
    self.instance = instance
    self.layout = layout
  }

  /// An artifact that was replaced.
  package struct Kept: Sendable {
    /// Made of the manifest: the same artifact has the same ID wherever it is.
    package let id: String
    package let folder: URL
    package let manifest: Manifest
    /// When it was replaced, in nanoseconds since 1970.
    let since: Int
  }

  /// Unfinished work.
  package struct Work: Sendable {
    package let id: String
    package let folder: URL
    package let recipe: Recipe
    let since: Int
  }

  // What cannot be read, other than for not being there, throws: a fault of the disk is no reason to
  // take work for nothing.

  /// Replaced artifacts, the one replaced last first.
  package var kept: [Kept] {
    get throws {
      try (folders + [layout.staging(instance)]).compactMap { try Self.kept(in: $0) }
        .sorted { ($1.since, $0.id) < ($0.since, $1.id) }
    }
  }

  /// Work that was set aside, the last first; that of the staging folder is not among it.
  package var work: [Work] {
    get throws {
      try folders.compactMap { try Self.work(in: $0) }
        .sorted { ($1.since, $0.id) < ($0.since, $1.id) }
    }
  }

  /// The artifact in its place, as if it were kept.
  package var current: Kept? { get throws { try Self.kept(in: layout.directory(instance)) } }

  /// The unfinished work in the staging folder.
  package var stagedWork: Work? { get throws { try Self.work(in: layout.staging(instance)) } }

  /// What the work in the staging folder is made from, unfinished or what was finished there and not
  /// published: whoever was stopped between writing the manifest and renaming has left all of it.
  package var staged: Recipe? {
    get throws {
      try stagedWork?.recipe
        ?? Self.kept(in: layout.staging(instance)).map { Recipe(of: $0.manifest) }
    }
  }

  /// Whether the staging folder holds more than a description of work that never got anywhere.
  package var stagedIsOfWorth: Bool {
    get throws {
      try ArtifactLayout.names(in: layout.staging(instance)).contains {
        !$0.hasPrefix(".") && !ArtifactLayout.contract.contains($0)
      }
    }
  }

  /// How many letters an ID has.
  static let idLength = 8

  static func id(of content: Data) -> String {
    String(ContentHash.sha256(of: content).prefix(idLength))
  }

  /// The whole artifact in a folder; `nil` where there is none, or work on one.
  ///
  /// - Throws: `IchorError` where the system cannot read it.
  static func kept(in folder: URL) throws -> Kept? {
    guard try content(ArtifactLayout.partial, in: folder) == nil,
      let content = try content(ArtifactLayout.manifest, in: folder),
      let manifest = try? JSONDecoder().decode(Manifest.self, from: content),
      let since = FileStatus(at: folder.path)?.modified
    else { return nil }
    return Kept(id: id(of: content), folder: folder, manifest: manifest, since: since)
  }

  /// The unfinished work in a folder; `nil` where there is none.
  ///
  /// - Throws: `IchorError` where the system cannot read it.
  static func work(in folder: URL) throws -> Work? {
    guard let content = try content(ArtifactLayout.partial, in: folder),
      let recipe = try? JSONDecoder().decode(Recipe.self, from: content),
      let since = FileStatus(at: folder.path)?.modified
    else { return nil }
    return Work(id: id(of: content), folder: folder, recipe: recipe, since: since)
  }

  private var folders: [URL] {
    get throws {
      let history = layout.history(instance)
      return try ArtifactLayout.names(in: history).filter { !$0.hasPrefix(".") }
        .map { history.appendingPathComponent($0) }
    }
  }

  /// `nil` where there is no such file.
  private static func content(_ name: String, in folder: URL) throws -> Data? {
    let file = folder.appendingPathComponent(name)
    do {
      return try Data(contentsOf: file)
    } catch {
      if SystemErrors.isAbsence(error) { return nil }
      throw IchorError(reading: file.path, error)
    }
  }
}
