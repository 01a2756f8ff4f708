import ContentHashing
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

  /// Replaced artifacts, the one replaced last first.
  package var kept: [Kept] {
    let staging = layout.staging(instance)
    return (folders + [staging]).compactMap { Self.kept(in: $0) }
      .sorted { ($1.since, $0.id) < ($0.since, $1.id) }
  }

  /// Work that was set aside, the last first; that of the staging folder is not among it.
  package var work: [Work] {
    folders.compactMap { Self.work(in: $0) }.sorted { ($1.since, $0.id) < ($0.since, $1.id) }
  }

  /// The artifact in its place, as if it were kept.
  package var current: Kept? { Self.kept(in: layout.directory(instance)) }

  /// The unfinished work in the staging folder.
  package var stagedWork: Work? { Self.work(in: layout.staging(instance)) }

  /// What the work in the staging folder is made from, unfinished or what was finished there and not published.
  package var staged: Recipe? { Self.recipe(ofWorkIn: layout.staging(instance)) }

  /// Whether the staging folder holds more than a description of work that never got anywhere.
  package var stagedIsOfWorth: Bool { Self.holdsOutputs(layout.staging(instance)) }

  /// How many letters an ID has.
  static let idLength = 8

  static func id(of content: Data) -> String {
    String(ContentHash.sha256(of: content).prefix(idLength))
  }

  /// The whole artifact in a folder; `nil` where there is none, or work on one.
  static func kept(in folder: URL) -> Kept? {
    guard !exists(ArtifactLayout.partial, in: folder),
      let content = content(ArtifactLayout.manifest, in: folder),
      let manifest = try? JSONDecoder().decode(Manifest.self, from: content),
      let since = FileStatus(at: folder.path)?.modified
    else { return nil }
    return Kept(id: id(of: content), folder: folder, manifest: manifest, since: since)
  }

  static func work(in folder: URL) -> Work? {
    guard let content = content(ArtifactLayout.partial, in: folder),
      let recipe = try? JSONDecoder().decode(Recipe.self, from: content),
      let since = FileStatus(at: folder.path)?.modified
    else { return nil }
    return Work(id: id(of: content), folder: folder, recipe: recipe, since: since)
  }

  /// What the work in a folder is made from; `nil` where there is none.
  ///
  /// Whoever was stopped between writing the manifest and renaming has left all the work.
  static func recipe(ofWorkIn folder: URL) -> Recipe? {
    work(in: folder)?.recipe ?? kept(in: folder).map { Recipe(of: $0.manifest) }
  }

  /// Whether work has got further than its own description.
  static func holdsOutputs(_ folder: URL) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.contains { !$0.hasPrefix(".") && !ArtifactLayout.contract.contains($0) }
  }

  private var folders: [URL] {
    let history = layout.history(instance)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: history.path)) ?? []
    return names.filter { !$0.hasPrefix(".") }.map { history.appendingPathComponent($0) }
  }

  private static func exists(_ name: String, in folder: URL) -> Bool {
    FileStatus(at: folder.appendingPathComponent(name).path) != nil
  }

  private static func content(_ name: String, in folder: URL) -> Data? {
    try? Data(contentsOf: folder.appendingPathComponent(name))
  }
}
