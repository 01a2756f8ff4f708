import Diagnostics
import Foundation

/// Size and time of change: what tells one content of a file from another without reading it.
public struct ContentStamp: Hashable, Sendable {
  public let bytes: Int
  /// Nanoseconds since 1970.
  public let modified: Int

  public init(bytes: Int, modified: Int) {
    self.bytes = bytes
    self.modified = modified
  }

  public init(_ status: stat) {
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

/// The files below a folder that is not ours, sorted by the bytes of their relative path.
///
/// Symbolic links to files are followed, links to folders are not (a link upwards would never end),
/// and names that start with a dot are left out. Packed: a million files take some 50 MB.
struct OutsideFiles {
  private var names = PackedPaths()
  private var stamps: [ContentStamp] = []
  /// Places in `names` and `stamps`, by path.
  private var order: [Int32] = []

  var count: Int { order.count }
  /// The sum of all sizes.
  var bytes: Int { stamps.reduce(0) { $0 &+ $1.bytes } }

  func path(_ index: Int) -> String { names[Int(order[index])] }
  func stamp(_ index: Int) -> ContentStamp { stamps[Int(order[index])] }

  func withPath<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    try names.withPath(Int(order[index]), body)
  }

  /// One file, whose path is empty.
  init(single status: stat) {
    names.append("")
    stamps = [ContentStamp(status)]
    order = [0]
  }

  /// Throws `IchorError(.inputOutput)` where a folder cannot be listed.
  init(in root: URL, checkpoint: () throws -> Void) throws {
    var pending = [""]
    while let folder = pending.popLast() {
      try checkpoint()
      try list(folder, in: root.path) { pending.append($0) }
    }
    let names = names
    order = names.sorted()
  }

  private mutating func list(
    _ folder: String, in root: String, subfolder: (String) -> Void
  ) throws {
    let location = folder.isEmpty ? root : "\(root)/\(folder)"
    guard let stream = opendir(location) else {
      throw IchorError(
        .inputOutput, code: "folder-unreadable", "The folder \(location) cannot be listed",
        remedy: "Check that it may be read", cause: SystemCallError.last("opendir"))
    }
    defer { closedir(stream) }
    let prefix = folder.isEmpty ? "" : "\(folder)/"
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(".") { continue }
      var status = stat()
      guard fstatat(dirfd(stream), name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        subfolder(prefix + name)
        continue
      }
      if status.st_mode & S_IFMT == S_IFLNK {
        guard fstatat(dirfd(stream), name, &status, 0) == 0 else { continue }
      }
      guard status.st_mode & S_IFMT == S_IFREG else { continue }
      names.append(prefix + name)
      stamps.append(ContentStamp(status))
    }
  }
}

/// Paths as one run of bytes.
struct PackedPaths {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  var count: Int { ends.count }

  mutating func append(_ path: String) {
    bytes.append(contentsOf: path.utf8)
    ends.append(bytes.count)
  }

  mutating func append(_ path: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: path)
    ends.append(bytes.count)
  }

  subscript(index: Int) -> String { withPath(index) { String(decoding: $0, as: UTF8.self) } }

  func withPath<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    let begin = index == 0 ? 0 : ends[index - 1]
    return try bytes.withUnsafeBufferPointer {
      try body(UnsafeBufferPointer(rebasing: $0[begin..<ends[index]]))
    }
  }

  /// The places of the paths by their bytes; of equal ones the first appended comes first.
  func sorted() -> [Int32] {
    (0..<Int32(count)).sorted { first, second in
      withPath(Int(first)) { path in
        withPath(Int(second)) { other in
          let order = Self.compare(path, other)
          return order == 0 ? first < second : order < 0
        }
      }
    }
  }

  /// Negative where the first comes before the second, 0 where they are equal.
  static func compare(
    _ first: UnsafeBufferPointer<UInt8>, _ second: UnsafeBufferPointer<UInt8>
  ) -> Int {
    let common = min(first.count, second.count)
    if common > 0, let left = first.baseAddress, let right = second.baseAddress {
      let order = memcmp(left, right, common)
      if order != 0 { return Int(order) }
    }
    return first.count - second.count
  }
}
