import ContentHashing
import Diagnostics
import DurableFiles
import Foundation
import OperatingSystem

/// What was measured on this machine and is remembered between runs and artifacts folders: a file for each
/// network, in the user's cache. It can be deleted at any time, and what is damaged is measured again.
package struct MeasuredSpeeds: Sendable {
  /// Everything that the speed of a network, or of another stage, depends on.
  package struct Subject: Codable, Hashable, Sendable {
    package var processor = ProcessorIdentity.current
    package let threads: Int
    package var backend = ""
    package var library = ""
    /// A stage.
    package let task: String
    /// The network, or what else decides.
    package let model: String
    package var channels = 0
    package var size = 0
    package var batch = 0

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

    private init(threads: Int, task: String, model: String) {
      self.threads = threads
      self.task = task
      self.model = model
    }

    /// The phantom's slices.
    package static func phantom(threads: Int) -> Subject {
      Subject(threads: threads, task: Stage.phantom.rawValue, model: Stage.phantom.rawValue)
    }

    /// The conversion of a source to pictures.
    ///
    /// - Parameter pictures: their sizes and windows, and which source.
    package static func convert(threads: Int, pictures: String) -> Subject {
      Subject(threads: threads, task: Stage.convert.rawValue, model: pictures)
    }

    /// The same with any version of the library.
    fileprivate var anyLibrary: Subject {
      var subject = self
      subject.library = ""
      return subject
    }
  }

  /// The value of a stage's slices.
  package static let slicesPerSecond = "slices"
  /// What a slice takes on the disk.
  package static let bytesPerSlice = "bytes"

  /// Images per second by number format, or the values above.
  package typealias Rates = [String: Double]

  private struct Entry: Codable {
    let subject: Subject
    let values: Rates
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
    guard let file = file(of: subject), let entry = entry(in: file), entry.subject == subject
    else { return nil }
    return entry.values
  }

  /// Those measured with any version of the library, the last first; for estimates.
  package func rates(like subject: Subject) -> Rates? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let entries = names.filter { $0.hasSuffix(".json") }.compactMap { name -> (Int, Entry)? in
      let file = folder.appendingPathComponent(name)
      guard let entry = entry(in: file), entry.subject.anyLibrary == subject.anyLibrary else {
        return nil
      }
      return (FileStatus(at: file.path)?.modified ?? 0, entry)
    }
    return entries.max { $0.0 < $1.0 }?.1.values
  }

  /// `nil` where there is none, or a damaged one.
  private func entry(in file: URL) -> Entry? {
    guard let data = try? Data(contentsOf: file),
      let entry = try? JSONDecoder().decode(Entry.self, from: data),
      entry.values.values.allSatisfy({ $0.isFinite && $0 > 0 })
    else { return nil }
    return entry
  }

  /// Remembers rates, if the folder can be written.
  package func remember(_ rates: Rates, of subject: Subject) {
    guard let file = file(of: subject) else { return }
    try? DurableFile.createFolder(folder)
    try? CanonicalJSON.write(Entry(subject: subject, values: rates), to: file)
  }

  private func file(of subject: Subject) -> URL? {
    guard let key = try? CanonicalJSON.encode(subject) else { return nil }
    let hash = ContentHash.sha256(of: key).prefix(16)
    return folder.appendingPathComponent("\(subject.task)-\(hash).json")
  }
}
