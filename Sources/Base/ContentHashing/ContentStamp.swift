import OperatingSystem

/// Size and modification time: what tells one content of a file from another without reading it.
package struct ContentStamp: Hashable, Sendable {
  package let bytes: Int
  /// Nanoseconds since 1970.
  package let modified: Int

  package init(bytes: Int, modified: Int) {
    self.bytes = bytes
    self.modified = modified
  }

  package init(_ status: FileStatus) { self.init(bytes: status.size, modified: status.modified) }
}
