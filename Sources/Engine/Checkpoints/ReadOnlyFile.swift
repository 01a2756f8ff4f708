import Diagnostics
import Foundation

/// A regular file open for reading at any position, from any thread.
final class ReadOnlyFile: Sendable {
  let url: URL
  /// Bytes when it was opened.
  let size: Int
  private let descriptor: Int32

  /// - Throws: `inputMissing` where there is no such file, `inputOutput` where it can't be read.
  init(_ url: URL) throws {
    let path = url.path(percentEncoded: false)
    // Without O_NONBLOCK a named pipe would hold the program here.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let number = errno
      throw IchorError(
        number == ENOENT || number == ENOTDIR ? .inputMissing : .inputOutput,
        code: "file-open", "can't open the file: \(String(cString: strerror(number)))",
        remedy: "Check the path and its permissions", at: path)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw IchorError(
        .inputOutput, code: "file-kind", "it is not a regular file",
        remedy: "Give the path of a file", at: path)
    }
    self.url = url
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes from `offset` on.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done,
        off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let reason = count == 0 ? "the file ends early" : String(cString: strerror(errno))
        throw IchorError(
          .inputOutput, code: "file-read",
          "can't read \(buffer.count) bytes at \(offset): \(reason)",
          remedy: "Check the disk, and that nothing changes the file meanwhile",
          at: url.path(percentEncoded: false))
      }
      done += count
    }
  }

  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(
        at: offset, into: UnsafeMutableRawBufferPointer(.init(rebasing: buffer.prefix(count))))
      initialized = count
    }
  }
}
