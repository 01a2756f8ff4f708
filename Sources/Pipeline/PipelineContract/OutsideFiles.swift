import Diagnostics
import DurableFiles
import ExternalSorting
import Foundation

/// A file outside the artifacts.
struct OutsideFile: Sendable {
  /// Relative to the folder; empty for a single file.
  let path: String
  let stamp: ContentStamp
  /// The 32 bytes of its SHA-256, where they are remembered of the file as it is now.
  let digest: [UInt8]?
}

/// The files below a folder that is not ours, in the order of their paths' bytes.
///
/// Symbolic links to files are followed, links to folders are not (a link upwards would never end),
/// and names that start with a dot are left out. In memory are folders that are still to be listed.
final class OutsideFiles {
  private let files: FilesByPath
  /// The sum of all sizes.
  private(set) var bytes = 0

  var count: Int { files.count }

  private init(
    _ pseudonyms: Pseudonyms, _ remembered: RememberedHashes?, _ scratch: ScratchFolder
  ) {
    var find: FilesByPath.Finding?
    if let remembered, !remembered.isEmpty {
      find = { name, record in record.append(try remembered.hash(of: name)) }
    }
    files = FilesByPath(pseudonyms, scratch: scratch, finding: find)
  }

  /// One file, whose path is empty.
  convenience init(
    single status: stat, _ pseudonyms: Pseudonyms = .none, remembered: RememberedHashes? = nil,
    scratch: ScratchFolder
  ) throws {
    self.init(pseudonyms, remembered, scratch)
    try append("", ContentStamp(status))
  }

  /// Throws `IchorError(.inputOutput)` where a folder cannot be listed.
  ///
  /// - Parameters:
  ///   - pseudonyms: what errors call that folder, and the memory of hashes a file.
  ///   - scratch: where what doesn't fit into memory is put.
  convenience init(
    in root: URL, _ pseudonyms: Pseudonyms = .none, remembered: RememberedHashes? = nil,
    scratch: ScratchFolder, checkpoint: () throws -> Void = {}
  ) throws {
    self.init(pseudonyms, remembered, scratch)
    var pending = [""]
    while let folder = pending.popLast() {
      try checkpoint()
      try list(folder, in: root, pseudonyms) { pending.append($0) }
    }
  }

  /// The next file, `nil` behind the last.
  func next() throws -> OutsideFile? {
    try files.next { fields in
      let (path, stamp) = (try fields.text(), try fields.stamp())
      let remembered = fields.isAtEnd ? nil : try fields.rememberedHash()
      return OutsideFile(
        path: path, stamp: stamp, digest: remembered?.stamp == stamp ? remembered?.digest : nil)
    }
  }

  private func append(_ path: String, _ stamp: ContentStamp) throws {
    bytes &+= stamp.bytes
    try files.append(path) { $0.append(stamp) }
  }

  private func list(
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
      try append(prefix + name, ContentStamp(status))
    }
  }
}
