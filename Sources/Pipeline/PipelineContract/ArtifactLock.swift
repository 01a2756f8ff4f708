import DurableFiles
import Diagnostics
import Foundation
import Synchronization

/// Holds an artifact against other processes until it is released or the process ends, however it
/// ends (`flock`).
package final class ArtifactLock: Sendable {
  package enum Mode: Sendable {
    /// Many may read at once.
    case shared
    /// One writes, alone.
    case exclusive
  }

  /// -1 once released.
  private let descriptor: Mutex<Int32>

  /// Throws `IchorError(.busy)` at once where another process holds the artifact.
  package init(_ instance: StageInstance, in layout: ArtifactLayout, mode: Mode) throws {
    let file = layout.lock(instance)
    try DurableFile.createFolder(file.deletingLastPathComponent())
    let descriptor = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw IchorError(
        .cannotCreate, code: "lock-file", "The lock file \(file.path) cannot be opened",
        remedy: "Check that the folder of the artifacts may be written",
        cause: SystemCallError.last("open"))
    }
    guard flock(descriptor, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
      let cause = SystemCallError.last("flock")
      let holder = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
      close(descriptor)
      let process = holder.isEmpty ? "" : " (last writer: process \(holder.prefix(20)))"
      throw IchorError(
        .busy, code: "artifact-busy", "Another run holds the artifact \(instance)\(process)",
        remedy: "Wait until it has ended, or give this run another --artifacts folder",
        at: layout.directory(instance).path, cause: cause)
    }
    if mode == .exclusive {
      // Only for the message above; the lock itself is the kernel's.
      ftruncate(descriptor, 0)
      let text = Array("\(getpid())".utf8)
      _ = pwrite(descriptor, text, text.count, 0)
    }
    self.descriptor = Mutex(descriptor)
  }

  /// Lets others have the artifact; the end of the object or of the process does so too.
  package func release() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
  }

  deinit { release() }
}
