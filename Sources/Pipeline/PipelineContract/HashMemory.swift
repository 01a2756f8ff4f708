import Diagnostics
import DurableFiles
import ExternalSorting
import Foundation
import Synchronization

/// What is remembered of the content of files outside the artifacts, by size and time of change.
///
/// Lines `SHA256 TAB BYTES TAB MODIFIED TAB PATH` in the cache, one a file; of several for one path the
/// last holds, and a line that is not one is passed over. Any number of threads at once.
///
/// Where identifiers are replaced, PATH is a pseudonym, in another file of the cache.
package final class HashMemory: Sendable {
  /// Lines are appended to the file when there are so many bytes of them.
  private static let flushLength = 1 << 18

  let file: URL
  /// With the paths themselves; goes when pseudonyms take their place.
  private let plainFile: URL
  private let pseudonyms: Pseudonyms
  /// Lines that are not in the file yet.
  private let lines = Mutex<[UInt8]>([])

  /// What is remembered of the files below a folder, or of one file.
  package init(of path: URL, in layout: ArtifactLayout, pseudonyms: Pseudonyms = .none) {
    let path = path.resolvingSymlinksInPath().path
    let name = ContentHash.sha256(of: Data(path.utf8)).prefix(16)
    self.pseudonyms = pseudonyms
    plainFile = layout.cache.appendingPathComponent("outside-\(name).tsv")
    file =
      pseudonyms.areUsed
      ? layout.cache.appendingPathComponent("pseudonymous-\(name).tsv") : plainFile
  }

  /// What the memory holds now.
  ///
  /// - Parameter scratch: where what doesn't fit into memory is put.
  package func remembered(scratch: ScratchFolder) throws -> RememberedHashes {
    try RememberedHashes(file, scratch: scratch)
  }

  /// Remembers a hash for those who come later; it is on the disk after `flush()` at the latest.
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
  /// Throws `IchorError(.cannotCreate)`.
  package func flush() throws {
    removePlainFile()
    try lines.withLock { lines in
      if lines.isEmpty { return }
      try DurableFile.createFolder(file.deletingLastPathComponent())
      let descriptor = open(file.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
      let written = lines.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      let error = SystemCallError.last("write")
      if descriptor >= 0 { close(descriptor) }
      guard written == lines.count else {
        throw IchorError(
          .cannotCreate, code: "file-write", "\(file.path) cannot be written",
          remedy: "Check that its folder may be written and has room", cause: error)
      }
      lines.removeAll(keepingCapacity: true)
    }
  }

  private func removePlainFile() {
    if pseudonyms.areUsed { unlink(plainFile.path) }
  }

  /// Forgets everything but these lines, which `line` made.
  ///
  /// Throws `IchorError(.cannotCreate)`.
  func replace(by kept: RecordSpool) throws {
    removePlainFile()
    try lines.withLock { lines in
      try DurableFile.write(to: file) { writer in
        var buffer: [UInt8] = []
        while let line = try kept.next() {
          buffer.append(contentsOf: line)
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

  /// What the file is to hold of one; `nil` for a name whose line break would forge a line.
  func line(_ sha256: String, of path: String, _ stamp: ContentStamp) -> String? {
    let name = pseudonyms.name(of: path, .source)
    guard !name.utf8.contains(UInt8(ascii: "\n")) else { return nil }
    return "\(sha256)\t\(stamp.bytes)\t\(stamp.modified)\t\(name)\n"
  }
}
