import Foundation

/// The file system that a path is on: statvfs(3).
package struct FileSystem: Sendable {
  /// What tells it from others.
  package let identifier: UInt64
  /// The bytes that this user may still write.
  package let available: Int

  /// The one that `path` is on or would be on: where it does not exist yet, that of the nearest
  /// folder above it. `nil` where the system does not say.
  package init?(holding path: String) {
    var place = URL(fileURLWithPath: path).standardizedFileURL
    while FileStatus(at: place.path) == nil, place.path != "/" { place.deleteLastPathComponent() }
    var system = statvfs()
    guard let status = FileStatus(at: place.path), statvfs(place.path, &system) == 0 else {
      return nil
    }
    identifier = status.fileSystem
    let (bytes, overflows) = UInt64(system.f_bavail).multipliedReportingOverflow(
      by: UInt64(system.f_frsize))
    available = overflows ? .max : Int(clamping: bytes)
  }
}
