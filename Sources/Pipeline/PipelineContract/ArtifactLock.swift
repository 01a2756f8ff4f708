import Diagnostics
import DurableFiles
import Foundation
import OperatingSystem
import Synchronization

/// Keeps other processes off an artifact until it is released or the process ends, however it
/// ends (`flock`).
package final class ArtifactLock: Sendable {
  package enum Mode: Sendable {
    /// Many may read at once.
    case shared
    /// One writes, alone.
    case exclusive
  }

  /// `nil` once released.
  private let held: Mutex<OpenFile?>

  /// - Throws: `IchorError`: `.busy` at once where another process holds the artifact,
  ///   `.cannotCreate` or `.inputOutput` where the lock file cannot be made.
  package init(_ instance: StageInstance, in layout: ArtifactLayout, mode: Mode) throws {
    let path = layout.lock(instance)
    try DurableFile.createFolder(path.deletingLastPathComponent())
    let file: OpenFile
    do {
      file = try OpenFile(path.path, O_RDWR | O_CREAT)
    } catch {
      throw IchorError(
        IchorError.Kind(writing: error), code: "lock-file",
        "The lock file \(path.path) cannot be opened",
        remedy: "Check that the folder of the artifacts may be written to.", cause: error)
    }
    let descriptor = file.descriptor
    guard flock(descriptor, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
      let cause = SystemCallError.last("flock")
      let holder = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
      let process = holder.isEmpty ? "" : " (last writer: process \(holder.prefix(20)))"
      throw IchorError(
        .busy, code: "artifact-busy", "Another run holds the artifact \(instance)\(process)",
        remedy: "Wait until it has ended, or give this run another --artifacts folder.",
        at: layout.directory(instance).path, cause: cause)
    }
    if mode == .exclusive {
      // Only for the message above; the lock itself is the kernel's.
      ftruncate(descriptor, 0)
      let text = Array("\(getpid())".utf8)
      _ = pwrite(descriptor, text, text.count, 0)
    }
    held = Mutex(file)
  }

  /// Lets others have the artifact; the end of the object or of the process does so too.
  package func release() { held.withLock { $0 = nil } }
}
