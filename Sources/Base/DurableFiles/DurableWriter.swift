import Diagnostics
import Foundation

/// A file being written beside its final name, piece by piece.
package final class DurableWriter {
  private let descriptor: Int32

  fileprivate init(creating scratch: URL) throws {
    descriptor = open(scratch.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw SystemCallError.last("open") }
  }

  deinit { close(descriptor) }

  package func append(_ bytes: some ContiguousBytes) throws {
    try bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = Foundation.write(
          descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw SystemCallError.last("write") }
        done += count
      }
    }
  }

  fileprivate func flush() throws {
    guard fsync(descriptor) == 0 else { throw SystemCallError.last("fsync") }
  }
}

extension DurableFile {
  /// Lets `body` write a file beside the final name, then makes it durable and gives it its name.
  ///
  /// - Throws: `IchorError(.cannotCreate)` naming the file and what failed; the body's own
  ///   `IchorError` as it is.
  package static func write(to file: URL, _ body: (DurableWriter) throws -> Void) throws {
    // A relative URL of one component has no folder to speak of.
    let file = file.absoluteURL
    let folder = file.deletingLastPathComponent()
    // The process number keeps two writers of one name from writing into one scratch file.
    let scratch = folder.appendingPathComponent(".\(file.lastPathComponent).\(getpid()).partial")
    do {
      let writer = try DurableWriter(creating: scratch)
      try body(writer)
      try writer.flush()
      try rename(scratch, to: file)
      try flush(folder)
    } catch {
      unlink(scratch.path)
      if error is IchorError { throw error }
      throw IchorError(
        .cannotCreate, code: "file-write", "\(file.path) cannot be written",
        remedy: "Check that its folder exists, may be written and has room", cause: error)
    }
  }
}
