import Diagnostics
import Foundation
import OperatingSystem

/// A file that is being written piece by piece under a temporary name.
package final class DurableWriter {
  private let file: OpenFile

  fileprivate init(creating scratch: URL) throws {
    file = try OpenFile(scratch.path, O_WRONLY | O_CREAT | O_TRUNC)
  }

  /// Writes the next bytes.
  ///
  /// - Throws: `SystemCallError` where they cannot be written.
  package func append(_ bytes: some ContiguousBytes) throws {
    try bytes.withUnsafeBytes { try file.write($0) }
  }

  fileprivate func flush() throws { try file.flush() }
}

extension DurableFile {
  /// Lets `body` write a file beside the final name, then makes it durable and gives it its name.
  ///
  /// - Throws: `IchorError` that names the file, where a system call fails; any other error of
  ///   `body` as it is.
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
      if SystemErrors.number(of: error) == nil { throw error }
      throw IchorError(writing: file.path, error)
    }
  }
}
