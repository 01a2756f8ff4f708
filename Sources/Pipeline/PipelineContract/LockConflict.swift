import Diagnostics
import Foundation
import OperatingSystem

/// Who writes an artifact: the text of its lock file.
package struct LockHolder: Codable, Equatable, Sendable {
  package let instance: String
  package let host: String
  package let pid: Int32
  /// ISO 8601, UTC.
  package let since: String
  /// The artifacts that it reads.
  package let reads: [String]

  /// This process, from now on.
  init(_ instance: StageInstance, reads: [StageInstance]) {
    self.instance = instance.description
    host = RunRecord.Host.currentName
    pid = getpid()
    since = Date().formatted(.iso8601)
    self.reads = reads.map(\.description)
  }

  /// `process 12 on alpha, since 2026-01-02T03:04:05Z`.
  package var text: String { "process \(pid) on \(host), since \(since)" }
}

/// What keeps a lock on an artifact from being taken. Finding out takes no lock, so it keeps nobody
/// from taking one.
package struct LockConflict: Equatable, Sendable, CustomStringConvertible {
  package let instance: StageInstance
  /// Whether the artifact is written; else it is read.
  package let isWritten: Bool
  /// The process that writes or, as far as known, those that read.
  package let holders: [LockHolder]

  /// `nil` where a lock of this mode could be taken now.
  package init?(
    on instance: StageInstance, in layout: ArtifactLayout, with mode: ArtifactLock.Mode
  ) {
    let path = layout.lock(instance)
    guard let found = Self.held(path, mode) else { return nil }
    self.instance = instance
    isWritten = found == .exclusive
    if isWritten {
      holders = Self.holder(in: path).map { [$0] } ?? []
    } else {
      holders = Self.writers(in: path.deletingLastPathComponent())
        .filter { $0.reads.contains(instance.description) }
    }
  }

  package var description: String {
    let who = holders.map { isWritten ? $0.text : "\($0.instance) (\($0.text))" }
    return "Another run \(isWritten ? "holds" : "reads") the artifact \(instance)"
      + (who.isEmpty ? "" : ": \(who.joined(separator: "; "))")
  }

  private static func held(_ path: URL, _ mode: ArtifactLock.Mode) -> ArtifactLock.Mode? {
    guard let file = try? OpenFile(path.path, O_RDONLY) else { return nil }
    return try? file.conflict(with: mode)
  }

  private static func holder(in path: URL) -> LockHolder? {
    try? CanonicalJSON.read(LockHolder.self, from: path)
  }

  private static func writers(in folder: URL) -> [LockHolder] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().map { folder.appendingPathComponent($0) }
      .filter { held($0, .shared) != nil }.compactMap { holder(in: $0) }
  }
}

extension LockConflict {
  /// Waits until none of the locks would meet a conflict; takes none of them.
  ///
  /// - Parameters:
  ///   - announce: told for whom, at once and again every minute.
  ///   - checkpoint: called often; what it throws ends the waiting.
  /// - Throws: what `checkpoint` throws.
  package static func waitUntilGone(
    _ wanted: [(instance: StageInstance, mode: ArtifactLock.Mode)], in layout: ArtifactLayout,
    announce: (String) -> Void, checkpoint: () throws -> Void
  ) throws {
    var told: (conflict: LockConflict, minute: Int)?
    let start = ContinuousClock.now
    while let conflict = wanted.lazy.compactMap({
      LockConflict(on: $0.instance, in: layout, with: $0.mode)
    }).first {
      let seconds = Double((ContinuousClock.now - start).components.seconds)
      let minute = Int(seconds) / 60
      if told?.conflict != conflict || told?.minute != minute {
        let waited = minute > 0 ? " for \(Quantity.duration(seconds)) now" : ""
        announce("waiting\(waited). \(conflict)")
        told = (conflict, minute)
      }
      try checkpoint()
      Thread.sleep(forTimeInterval: pause)
    }
  }

  /// Seconds between two looks.
  private static let pause = 0.2
}
