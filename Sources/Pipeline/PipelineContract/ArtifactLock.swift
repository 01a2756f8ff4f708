import Diagnostics
import DurableFiles
import Foundation
import OperatingSystem
import Synchronization

/// Keeps other processes off an artifact until it is released or the process ends, however it ends.
package final class ArtifactLock: Sendable {
  /// Many may read at once; one writes, alone.
  package typealias Mode = OpenFile.LockMode

  /// `nil` once released.
  private let held: Mutex<OpenFile?>

  /// - Parameter reads: the artifacts that the holder reads, for those who would replace one.
  /// - Throws: `IchorError`: `.busy` at once where another process holds the artifact,
  ///   `.cannotCreate` or `.inputOutput` where the lock file cannot be made or locked.
  package init(
    _ instance: StageInstance, in layout: ArtifactLayout, mode: Mode, reads: [StageInstance] = []
  ) throws {
    let path = layout.lock(instance)
    try DurableFile.createFolder(path.deletingLastPathComponent())
    let file: OpenFile
    let isFree: Bool
    do {
      file = try OpenFile(path.path, O_RDWR | O_CREAT)
      isFree = try file.lock(mode)
    } catch {
      throw IchorError(
        IchorError.Kind(writing: error), code: "lock-file",
        "The lock file \(path.path) cannot be opened and locked",
        remedy: "Check that the folder of the artifacts may be written to and that its file system "
          + "has locks.", cause: error)
    }
    guard isFree else {
      let conflict = LockConflict(on: instance, in: layout, with: mode)
      throw IchorError(
        .busy, code: "artifact-busy",
        conflict?.description ?? "Another run holds the artifact \(instance), or did a moment ago",
        remedy: "Wait until it has ended, as --wait does, or give this run another --artifacts "
          + "folder.", at: layout.directory(instance).path)
    }
    if mode == .exclusive {
      // Only for people who ask; the lock itself is the kernel's.
      let holder = LockHolder(instance, reads: reads)
      let text = (try? CanonicalJSON.encode(holder)) ?? Data()
      ftruncate(file.descriptor, 0)
      _ = text.withUnsafeBytes { pwrite(file.descriptor, $0.baseAddress, $0.count, 0) }
    }
    held = Mutex(file)
  }

  /// Lets others have the artifact; the end of the object or of the process does so too.
  package func release() {
    held.withLock {
      $0?.unlock()
      $0 = nil
    }
  }

  deinit { release() }
}
