import Diagnostics
import DurableFiles
import Foundation
import OperatingSystem
import Synchronization

/// What is remembered of the content of files outside the artifacts, by size and modification time.
///
/// A file of the cache holds one `HashMemoryLine` for each file; the last of several lines for one
/// path counts, and malformed or damaged lines are skipped. Any number of threads may use it at once.
///
/// Where identifiers are replaced, the line has a pseudonym in place of the path, and the lines are in another file of the
/// cache.
package final class HashMemory: Sendable {
  /// Lines are appended to the file once there are this many bytes of them.
  private static let flushLength = 1 << 18

  let file: URL
  /// The file with the paths themselves; removed when pseudonyms take their place.
  private let plainFile: URL
  let pseudonyms: Pseudonyms
  /// Lines that are not in the file yet.
  private let lines = Mutex<[UInt8]>([])

  /// What is remembered of the files below a folder, or of one file.
  ///
  /// - Parameter cache: the folder of all memories; created when it is needed.
  package init(of path: URL, cache: URL, pseudonyms: Pseudonyms = .none) {
    let path = path.resolvingSymlinksInPath().path
    let name = ContentHash.sha256(of: Data(path.utf8)).prefix(16)
    self.pseudonyms = pseudonyms
    plainFile = cache.appendingPathComponent("outside-\(name).tsv")
    file =
      pseudonyms.areUsed ? cache.appendingPathComponent("pseudonymous-\(name).tsv") : plainFile
  }

  /// What the memory holds now.
  package func remembered() -> RememberedHashes { RememberedHashes(file) }

  /// Remembers a hash for later runs; it is on disk after `flush()` at the latest.
  ///
  /// - Throws: `IchorError`, as `flush()`, where a full buffer cannot be written.
  package func record(_ sha256: String, of path: String, _ stamp: ContentStamp) throws {
    guard let line = line(sha256, of: path, stamp) else { return }
    let isFull = lines.withLock { lines in
      lines.append(contentsOf: line.utf8)
      return lines.count >= Self.flushLength
    }
    if isFull { try flush() }
  }

  /// Appends what is new to the file.
  ///
  /// - Throws: `IchorError` that names the file or its folder, where it cannot be written.
  package func flush() throws {
    removePlainFile()
    try lines.withLock { lines in
      if lines.isEmpty { return }
      forgetWhole()
      try DurableFile.createFolder(file.deletingLastPathComponent())
      do {
        let open = try OpenFile(file.path, O_WRONLY | O_CREAT | O_APPEND)
        try lines.withUnsafeBytes { try open.write($0) }
      } catch let error as SystemCallError {
        throw IchorError(writing: file.path, error)
      }
      lines.removeAll(keepingCapacity: true)
    }
  }

  private func removePlainFile() {
    if pseudonyms.areUsed { Self.remove(plainFile) }
  }

  /// Forgets everything except what the body passes on.
  ///
  /// - Throws: `IchorError` that names the file, where it cannot be written; what `body` throws.
  func replace(
    _ body: (_ keep: (_ path: String, RememberedHash) throws -> Void) throws -> Void
  ) throws {
    removePlainFile()
    try lines.withLock { lines in
      try DurableFile.write(to: file) { writer in
        var buffer: [UInt8] = []
        try body { path, hash in
          guard let line = line(hash.sha256, of: path, hash.stamp) else { return }
          buffer.append(contentsOf: line.utf8)
          if buffer.count >= Self.flushLength {
            try writer.append(buffer)
            buffer.removeAll(keepingCapacity: true)
          }
        }
        try writer.append(buffer)
      }
      lines.removeAll()
    }
  }

  /// The line for one file; `nil` for a name whose line break would forge a line.
  private func line(_ sha256: String, of path: String, _ stamp: ContentStamp) -> String? {
    let name = pseudonyms.name(of: path, .source)
    guard !name.utf8.contains(UInt8(ascii: "\n")) else { return nil }
    return HashMemoryLine.text(sha256, stamp, name: name)
  }
}
