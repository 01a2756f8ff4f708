import Foundation

/// What the file system says of a name: stat(2).
package struct FileStatus: Sendable {
  private let status: stat

  init(_ status: stat) { self.status = status }

  /// What is at a path, `nil` where nothing can be found there.
  ///
  /// - Parameter followsLinks: whether a symbolic link stands for what it points to.
  package init?(at path: String, followsLinks: Bool = true) {
    var status = stat()
    guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
    self.init(status)
  }

  /// What is at a path, `nil` where there is nothing.
  ///
  /// - Throws: `SystemCallError` where the system cannot say, as for a disk that fails.
  package static func find(
    _ path: String, followsLinks: Bool = true
  ) throws(SystemCallError) -> FileStatus? {
    if let status = FileStatus(at: path, followsLinks: followsLinks) { return status }
    let number = errno
    if number == ENOENT || number == ENOTDIR { return nil }
    throw SystemCallError(call: followsLinks ? "stat" : "lstat", number: number)
  }

  package var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }
  package var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
  package var isLink: Bool { status.st_mode & S_IFMT == S_IFLNK }
  /// In bytes.
  package var size: Int { Int(clamping: status.st_size) }
  /// The last change of the content, in nanoseconds since 1970.
  package var modified: Int {
    #if os(Linux)
      let time = status.st_mtim
    #else
      let time = status.st_mtimespec
    #endif
    return Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec)
  }
  /// What tells the file from others on its file system.
  package var inode: UInt64 { UInt64(status.st_ino) }
  /// The file system that it is on.
  var fileSystem: UInt64 { UInt64(truncatingIfNeeded: status.st_dev) }
  /// The user whose file it is.
  package var owner: uid_t { status.st_uid }
  package var permissions: mode_t { status.st_mode & 0o7777 }
}
