import Foundation

/// Size and time of change: what tells one content of a file from another without reading it.
package struct ContentStamp: Hashable, Sendable {
  package let bytes: Int
  /// Nanoseconds since 1970.
  package let modified: Int

  package init(bytes: Int, modified: Int) {
    self.bytes = bytes
    self.modified = modified
  }

  package init(_ status: stat) {
    #if os(Linux)
      let time = status.st_mtim
    #else
      let time = status.st_mtimespec
    #endif
    self.init(
      bytes: Int(clamping: status.st_size),
      modified: Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec))
  }
}
