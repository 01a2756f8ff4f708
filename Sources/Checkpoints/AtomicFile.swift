import Diagnostics
import Foundation

/// A file being written beside its final name.
final class AtomicFile {
  private let descriptor: Int32
  private let path: String

  private init(creating path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw Self.failure(.cannotCreate, "can't create the file", path)
    }
    self.path = path
  }

  deinit { close(descriptor) }

  /// Lets `body` write a temporary file, then makes it durable and gives it its name.
  static func write(to url: URL, _ body: (AtomicFile) throws -> Void) throws {
    // A relative URL of one component has no folder to speak of.
    let url = url.absoluteURL
    let final = url.path(percentEncoded: false)
    let folder = url.deletingLastPathComponent().path(percentEncoded: false)
    // The process number keeps two writers of one name from writing into one temporary file.
    let temporary = "\(folder)/.\(url.lastPathComponent).\(getpid()).partial"
    do {
      let file = try AtomicFile(creating: temporary)
      try body(file)
      guard fsync(file.descriptor) == 0 else {
        throw failure(.inputOutput, "can't flush the file to disk", temporary)
      }
      guard rename(temporary, final) == 0 else {
        throw failure(.cannotCreate, "can't rename the finished file", final)
      }
    } catch {
      unlink(temporary)
      throw error
    }
    try synchronizeFolder(folder)
  }

  func append(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = Foundation.write(
          descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw Self.failure(.inputOutput, "can't write the file", path) }
        done += count
      }
    }
  }

  /// Makes a rename in the folder durable.
  private static func synchronizeFolder(_ folder: String) throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw failure(.inputOutput, "can't open the folder", folder)
    }
    defer { close(descriptor) }
    // Some file systems can't sync a folder and say EINVAL; then there is nothing more to do.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw failure(.inputOutput, "can't flush the folder to disk", folder)
    }
  }

  /// An error with the reason in `errno`.
  private static func failure(_ kind: IchorError.Kind, _ what: String, _ path: String) -> IchorError
  {
    IchorError(
      kind, code: "file-write", "\(what): \(String(cString: strerror(errno)))",
      remedy: "Check that the folder exists and may be written, and the space on the disk",
      at: path)
  }
}
