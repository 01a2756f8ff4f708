import ContentHashing
import Diagnostics
import Foundation
import OperatingSystem

/// Finds the files of a collection that may be DICOM.
enum CollectionFolder {
  /// Finds them, in the order of their paths' bytes.
  ///
  /// It takes files whose name ends in `.dcm`, `.dicom` or `.ima`, has no extension, or ends like a
  /// UID, in a dot and digits. Links to files are followed, links to folders are not, and names that
  /// start with a dot are left out.
  ///
  /// - Throws: `IchorError`: `.inputMissing` where the folder is missing, may not be read or holds no
  ///   such file, `.inputOutput` where the disk fails.
  static func list(
    _ root: URL, _ pseudonyms: Pseudonyms, checkpoint: () throws -> Void,
    found: (String) throws -> Void
  ) throws {
    guard try FileStatus.of(root)?.isFolder == true else {
      throw IchorError(
        .inputMissing, code: "collection-missing", "there is no such folder of DICOM files",
        remedy: "Check the path of the collection in the configuration.", at: root.path)
    }
    var isEmpty = true
    try FolderWalk(root, pseudonyms, stamps: false).forEachFile(checkpoint: checkpoint) { path, _ in
      guard mayBeDICOM(path) else { return }
      isEmpty = false
      try found(path)
    }
    guard !isEmpty else {
      throw IchorError(
        .inputMissing, code: "collection-empty", "the folder holds no DICOM files",
        remedy: "Check that the files end in .dcm or have no extension.", at: root.path)
    }
  }

  static func mayBeDICOM(_ path: String) -> Bool {
    let name =
      path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[path.index(after: $0)...] }
      ?? path[...]
    guard let dot = name.lastIndex(of: ".") else { return true }
    let ending = name[name.index(after: dot)...].lowercased()
    if ["dcm", "dicom", "ima"].contains(ending) { return true }
    return !ending.isEmpty && ending.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
