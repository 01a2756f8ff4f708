import Diagnostics
import Foundation

/// A file found below a folder that is not ours.
struct OutsideFile: Hashable {
  /// Relative to the folder, with `/`.
  let path: String
  let bytes: Int
  /// Time of the last change, nanoseconds since 1970.
  let modified: Int
}

/// Lists the files below a folder, sorted by the bytes of their relative path.
///
/// It follows symbolic links to files, not to folders (a link upwards would never end), and
/// leaves out names that start with a dot.
///
/// Throws `IchorError(.inputOutput)` where a folder cannot be listed.
enum OutsideFolder {
  static func files(in root: URL, checkpoint: () throws -> Void) throws -> [OutsideFile] {
    var pending = [""]
    var found: [OutsideFile] = []
    while let folder = pending.popLast() {
      try checkpoint()
      let location = folder.isEmpty ? root.path : "\(root.path)/\(folder)"
      for name in try names(in: location) where !name.hasPrefix(".") {
        let relative = folder.isEmpty ? name : "\(folder)/\(name)"
        var link = stat()
        var target = stat()
        let path = "\(location)/\(name)"
        guard lstat(path, &link) == 0, stat(path, &target) == 0 else { continue }
        if link.st_mode & S_IFMT == S_IFDIR {
          pending.append(relative)
        } else if target.st_mode & S_IFMT == S_IFREG {
          found.append(OutsideFile(path: relative, status: target))
        }
      }
    }
    return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  private static func names(in folder: String) throws -> [String] {
    guard let stream = opendir(folder) else {
      throw IchorError(
        .inputOutput, code: "folder-unreadable", "The folder \(folder) cannot be listed",
        remedy: "Check that it may be read", cause: SystemCallError.last("opendir"))
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names
  }
}

extension OutsideFile {
  init(path: String, status: stat) {
    self.path = path
    bytes = Int(clamping: status.st_size)
    #if os(Linux)
      let time = status.st_mtim
    #else
      let time = status.st_mtimespec
    #endif
    modified = Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec)
  }
}
