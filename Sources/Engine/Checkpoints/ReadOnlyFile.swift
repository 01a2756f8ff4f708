import Diagnostics
import Foundation
import OperatingSystem

/// A regular file open for reading at any position, from any thread.
final class ReadOnlyFile: Sendable {
  let url: URL
  /// Size in bytes when it was opened.
  let size: Int
  private let file: OpenFile

  /// - Throws: `inputMissing` where there is no such file, it is not a regular one or it may not be
  ///   read; `inputOutput` where the disk fails.
  init(_ url: URL) throws {
    let path = url.path(percentEncoded: false)
    do {
      // Without O_NONBLOCK a named pipe would hold the program here.
      file = try OpenFile(path, O_RDONLY | O_NONBLOCK)
      let status = try file.status()
      guard status.isRegular else {
        throw IchorError(
          .inputMissing, code: "file-kind", "This is not a regular file",
          remedy: "Give the path of a file.", at: path)
      }
      size = status.size
    } catch let error as SystemCallError {
      throw IchorError(
        IchorError.Kind(reading: error), code: "file-open",
        "Can't open the file: \(error.reason)", remedy: "Check the path and its permissions.",
        at: path)
    }
    self.url = url
  }

  /// Fills `buffer` with the bytes from `offset` on.
  ///
  /// - Throws: `inputOutput` where they can't be read.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    var reason = "the file ends early"
    do {
      if try file.read(into: buffer, at: offset) == buffer.count { return }
    } catch {
      reason = error.reason
    }
    throw IchorError(
      .inputOutput, code: "file-read", "Can't read \(buffer.count) bytes at \(offset): \(reason)",
      remedy: "Check the disk, and that nothing changes the file meanwhile.",
      at: url.path(percentEncoded: false))
  }

  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(
        at: offset, into: UnsafeMutableRawBufferPointer(.init(rebasing: buffer.prefix(count))))
      initialized = count
    }
  }
}
