import DurableFiles
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
  private var names = PackedStrings()
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
    try names.withBytes(of: Int(order[index]), body)
  }

  /// The index of the file with a path.
  func index(of path: UnsafeBufferPointer<UInt8>) -> Int? { names.position(of: path, in: order) }

  /// One file, whose path is empty.
  init(single status: stat) {
    names.append("")
    stamps = [ContentStamp(status)]
    order = [0]
  }

  /// Throws `IchorError(.inputOutput)` where a folder cannot be listed.
  ///
  /// - Parameter pseudonyms: what errors call that folder.
  init(in root: URL, pseudonyms: Pseudonyms = .none, checkpoint: () throws -> Void) throws {
    var pending = [""]
    while let folder = pending.popLast() {
      try checkpoint()
      try list(folder, in: root, pseudonyms) { pending.append($0) }
    }
    let names = names
    order = names.sorted()
  }

  private mutating func list(
    _ folder: String, in root: URL, _ pseudonyms: Pseudonyms, subfolder: (String) -> Void
  ) throws {
    guard let stream = opendir(folder.isEmpty ? root.path : "\(root.path)/\(folder)") else {
      let location = folder.isEmpty ? root.path : pseudonyms.location(of: folder, in: root)
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
