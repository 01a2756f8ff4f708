import Diagnostics
import Foundation
import OperatingSystem

/// Files that are whole after a crash: written under a temporary name, flushed, and renamed.
package enum DurableFile {
  /// Writes data to a file in one step, replacing an existing one.
  ///
  /// - Throws: `IchorError` that names the file, where it cannot be written.
  package static func write(_ data: Data, to file: URL) throws {
    try write(to: file) { try $0.append(data) }
  }

  /// Makes sure that what was written to a file or folder is on disk.
  ///
  /// - Throws: `SystemCallError` where it cannot be opened or flushed; a file system that cannot
  ///   flush folders is no error.
  package static func flush(_ url: URL) throws(SystemCallError) {
    do {
      try OpenFile(url.path, O_RDONLY).flush()
    } catch {
      // Some file systems cannot flush a folder and say EINVAL.
      if error.number != EINVAL { throw error }
    }
  }

  /// Renames within one file system, replacing an existing file.
  ///
  /// - Throws: `SystemCallError` where the system refuses.
  package static func rename(_ source: URL, to target: URL) throws(SystemCallError) {
    guard Foundation.rename(source.path, target.path) == 0 else {
      throw SystemCallError.last("rename")
    }
  }

  /// Swaps two names in one step, Linux's `RENAME_EXCHANGE`; `false` where the C library, kernel or
  /// file system cannot.
  package static func exchange(_ first: URL, _ second: URL) -> Bool {
    // The header hides it unless _GNU_SOURCE is defined, and a variadic `syscall` is not imported.
    guard let symbol = dlsym(nil, "renameat2") else { return false }
    typealias Rename =
      @convention(c) (
        CInt, UnsafePointer<CChar>, CInt, UnsafePointer<CChar>, CUnsignedInt
      ) -> CInt
    let rename = unsafeBitCast(symbol, to: Rename.self)
    let exchange: CUnsignedInt = 1 << 1
    return rename(AT_FDCWD, first.path, AT_FDCWD, second.path, exchange) == 0
  }

  /// Creates a folder and its parents.
  ///
  /// - Throws: `IchorError` that names the folder, where it cannot be created.
  package static func createFolder(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw IchorError(
        IchorError.Kind(writing: error), code: "folder-create",
        "The folder \(folder.path) cannot be created",
        remedy: "Check that the folder above it exists, may be written to, and has room.",
        cause: error)
    }
  }
}
