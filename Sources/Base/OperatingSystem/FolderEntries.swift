import Foundation

/// What a folder holds, in no particular order.
package enum FolderEntries {
  package enum Kind: Sendable {
    case file
    case folder
  }

  /// Calls the body for each regular file and each folder.
  ///
  /// Symbolic links to files are followed, links to folders are not (a link upwards would never end),
  /// and names that start with a dot are left out.
  ///
  /// - Parameter status: whether to ask for the status of files as well, which costs one system
  ///   call per file.
  /// - Throws: `SystemCallError` where the folder cannot be listed; what `body` throws.
  package static func forEach(
    in folder: String, status wanted: Bool,
    _ body: (_ name: UnsafeRawBufferPointer, Kind, FileStatus?) throws -> Void
  ) throws {
    guard let stream = opendir(folder) else { throw SystemCallError.last("opendir") }
    defer { closedir(stream) }
    let place = dirfd(stream)
    while true {
      // The end of the folder and an error look alike but for errno.
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw SystemCallError.last("readdir") }
        return
      }
      let type = Int(entry.pointee.d_type)
      try withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        let name = UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self)
        if name[0] == CChar(UInt8(ascii: ".")) { return }
        let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
        if type == Int(DT_DIR) { return try body(bytes, .folder, nil) }
        if type == Int(DT_REG), !wanted { return try body(bytes, .file, nil) }
        // The status is wanted, or the entry is a link, or the file system does not say what it is.
        var status = stat()
        guard fstatat(place, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
          return try passOverMissing()
        }
        if FileStatus(status).isFolder { return try body(bytes, .folder, nil) }
        if FileStatus(status).isLink {
          guard fstatat(place, name, &status, 0) == 0 else { return try passOverMissing() }
        }
        let found = FileStatus(status)
        if found.isRegular { try body(bytes, .file, found) }
      }
    }
  }

  /// Nothing is there any more, or a link leads nowhere; any other error is one.
  private static func passOverMissing() throws {
    if ![ENOENT, ENOTDIR, ELOOP].contains(errno) { throw SystemCallError.last("stat") }
  }
}
