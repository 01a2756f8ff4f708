import ContentHashing
import Diagnostics
import DurableFiles
import Foundation
import OperatingSystem

/// What was measured on this machine and is remembered between runs and artifacts folders: a file for each
/// network, in the user's cache. It can be deleted at any time, and what is damaged is measured again.
package struct MeasuredSpeeds: Sendable {
  /// Everything that a network's speed depends on.
  package struct Subject: Codable, Hashable, Sendable {
    package var processor = ProcessorIdentity.current
    package let threads: Int
    package let backend: String
    package let library: String
    /// `train` or `predict`.
    package let task: String
    package let model: String
    package let channels: Int
    package let size: Int
    package let batch: Int

    package init(
      threads: Int, backend: String, library: String, task: String, model: String, channels: Int,
      size: Int, batch: Int
    ) {
      self.threads = threads
      self.backend = backend
      self.library = library
      self.task = task
      self.model = model
      self.channels = channels
      self.size = size
      self.batch = batch
    }
  }

  /// Images per second by number format.
  package typealias Rates = [String: Double]

  private struct Entry: Codable {
    let subject: Subject
    let imagesPerSecond: Rates
  }

  /// The variable of the environment that names another folder.
  package static let variable = "ICHOR_CACHE"

  package let folder: URL

  package init(folder: URL) { self.folder = folder }

  /// `$ICHOR_CACHE`, else `$XDG_CACHE_HOME/ichor`, else `~/.cache/ichor`.
  package static var standard: MeasuredSpeeds {
    let environment = ProcessInfo.processInfo.environment
    func folder(_ name: String) -> URL? {
      environment[name].flatMap { $0.isEmpty ? nil : URL(filePath: $0) }
    }
    let caches =
      folder("XDG_CACHE_HOME")
      ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache")
    return MeasuredSpeeds(folder: folder(variable) ?? caches.appendingPathComponent("ichor"))
  }

  /// `nil` where nothing was measured, or nothing that can be read.
  package func rates(of subject: Subject) -> Rates? {
    guard let file = file(of: subject), let data = try? Data(contentsOf: file),
      let entry = try? JSONDecoder().decode(Entry.self, from: data), entry.subject == subject,
      entry.imagesPerSecond.values.allSatisfy({ $0.isFinite && $0 > 0 })
    else { return nil }
    return entry.imagesPerSecond
  }

  /// Remembers rates, if the folder can be written.
  package func remember(_ rates: Rates, of subject: Subject) {
    guard let file = file(of: subject) else { return }
    try? DurableFile.createFolder(folder)
    try? CanonicalJSON.write(Entry(subject: subject, imagesPerSecond: rates), to: file)
  }

  private func file(of subject: Subject) -> URL? {
    guard let key = try? CanonicalJSON.encode(subject) else { return nil }
    let hash = ContentHash.sha256(of: key).prefix(16)
    return folder.appendingPathComponent("\(subject.model)-\(subject.task)-\(hash).json")
  }
}
