import Diagnostics
import DurableFiles
import Foundation

/// A file without a name: written from its beginning to its end, read anywhere.
final class ScratchFile {
  private let descriptor: Int32
  private let folder: String
  /// In bytes.
  private(set) var length = 0

  /// - Parameters:
  ///   - descriptor: closed with the object.
  ///   - folder: what errors name.
  init(descriptor: Int32, folder: String) {
    self.descriptor = descriptor
    self.folder = folder
  }

  deinit { close(descriptor) }

  /// - Throws: `IchorError(.inputOutput)` where the disk is full.
  func append(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      let count = write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw IchorError(
          .inputOutput, code: "scratch-write", "a scratch file in \(folder) can't be written",
          remedy: "Free some room there.", at: folder, cause: SystemCallError.last("write"))
      }
      done += count
    }
    length += done
  }

  /// Fills the buffer with the bytes from `offset` on.
  ///
  /// - Throws: `IchorError(.inputOutput)` where there are fewer.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done,
        off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw damage() }
      done += count
    }
  }

  func damage() -> IchorError {
    IchorError(
      .inputOutput, code: "scratch-read",
      "a scratch file in \(folder) does not hold what was written",
      remedy: "Check the disk it is on, and run again.", at: folder)
  }
}
