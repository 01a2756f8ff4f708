import Foundation
import OperatingSystem

/// How much there is below a folder, without looking into any file.
enum FolderFiles {
  /// The files as a stage finds them that reads the folder; one where it is a file itself, `nil` where
  /// a folder cannot be listed.
  static func count(_ path: URL) -> Int? {
    guard let status = FileStatus(at: path.path) else { return nil }
    if !status.isFolder { return 1 }
    var (files, pending) = (0, [path.path])
    while let folder = pending.popLast() {
      do {
        try FolderEntries.forEach(in: folder, status: false) { name, kind, _ in
          switch kind {
          case .file: files += 1
          case .folder: pending.append("\(folder)/\(String(decoding: name, as: UTF8.self))")
          }
        }
      } catch {
        return nil
      }
    }
    return files
  }

  /// All files, hidden ones too, and their bytes; what cannot be listed counts as nothing.
  static func size(_ folder: URL) -> (files: Int, bytes: Int) {
    var (files, bytes) = (0, 0)
    let keys: [URLResourceKey] = [.fileSizeKey, .isRegularFileKey]
    let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: keys)
    while let file = walk?.nextObject() as? URL {
      let values = try? file.resourceValues(forKeys: Set(keys))
      guard values?.isRegularFile == true else { continue }
      files += 1
      bytes += values?.fileSize ?? 0
    }
    return (files, bytes)
  }
}
