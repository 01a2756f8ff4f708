import Foundation

/// An open file, closed when the object goes away. Programs that this one starts do not inherit it.
package final class OpenFile: Sendable {
  package let descriptor: Int32

  /// Opens or creates a file.
  ///
  /// - Parameters:
  ///   - flags: those of open(2), such as `O_RDONLY`.
  ///   - mode: the permissions of a file that is created.
  /// - Throws: `SystemCallError` where open(2) fails.
  package init(_ path: String, _ flags: Int32, mode: mode_t = 0o644) throws(SystemCallError) {
    descriptor = uninterrupted { open(path, flags | O_CLOEXEC, mode) }
    guard descriptor >= 0 else { throw .last("open") }
  }

  /// Takes over a descriptor, which from now on programs that this one starts do not inherit.
  package init(adopting descriptor: Int32) {
    self.descriptor = descriptor
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { close(descriptor) }

  /// The status of the open file.
  ///
  /// - Throws: `SystemCallError` where fstat(2) fails.
  package func status() throws(SystemCallError) -> FileStatus {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .last("fstat") }
    return FileStatus(status)
  }

  /// Reads on until the buffer is full or the file ends.
  ///
  /// - Returns: how many bytes were read.
  /// - Throws: `SystemCallError` where read(2) fails.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemCallError) -> Int {
    try transfer(buffer.count, "read") { done in
      Foundation.read(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
    }
  }

  /// The same from a position in the file, by any number of threads at once.
  ///
  /// - Throws: `SystemCallError` where pread(2) fails.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(SystemCallError) -> Int {
    try transfer(buffer.count, "pread") { done in
      pread(
        descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done,
        off_t(offset + done))
    }
  }

  /// Reads on until the file ends or there are `limit` bytes; works for a pipe as well.
  ///
  /// - Throws: `SystemCallError` where read(2) fails.
  package func contents(atMost limit: Int) throws(SystemCallError) -> [UInt8] {
    var bytes: [UInt8] = []
    var used = 0
    while used < limit {
      let step = min(limit - used, max(1 << 16, used))
      bytes.append(contentsOf: repeatElement(0, count: step))
      var failure: SystemCallError?
      let count = bytes.withUnsafeMutableBytes { buffer in
        do throws(SystemCallError) {
          return try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[used...]))
        } catch {
          failure = error
          return 0
        }
      }
      if let failure { throw failure }
      used += count
      if count < step { break }
    }
    bytes.removeLast(bytes.count - used)
    return bytes
  }

  /// Writes all the bytes.
  ///
  /// - Throws: `SystemCallError` where write(2) fails or writes nothing.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemCallError) {
    let done = try transfer(bytes.count, "write") { done in
      Foundation.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
    }
    // The disk takes nothing and gives no reason.
    guard done == bytes.count else { throw SystemCallError(call: "write", number: EIO) }
  }

  /// Makes sure that what was written is on disk.
  ///
  /// - Throws: `SystemCallError` where fsync(2) fails.
  package func flush() throws(SystemCallError) {
    guard uninterrupted({ fsync(descriptor) }) == 0 else { throw .last("fsync") }
  }

  /// Repeats the call until all bytes are transferred or a call transfers none.
  private func transfer(
    _ count: Int, _ call: String, _ body: (_ done: Int) -> Int
  ) throws(SystemCallError) -> Int {
    var done = 0
    while done < count {
      let moved = uninterrupted { body(done) }
      guard moved >= 0 else { throw .last(call) }
      if moved == 0 { break }
      done += moved
    }
    return done
  }
}
