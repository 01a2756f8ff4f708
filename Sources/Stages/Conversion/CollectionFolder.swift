import Diagnostics
import Foundation
import PipelineContract

/// Finds the files of a collection that may be DICOM.
enum CollectionFolder {
  /// Finds them, in any order; in memory are the folders that are still to be listed.
  ///
  /// Taken are files whose name ends in `.dcm`, `.dicom` or `.ima`, has no extension, or ends like a
  /// UID, in a dot and digits. Links to files are followed, links to folders are not, and names that
  /// start with a dot are left out.
  ///
  /// - Throws: `IchorError(.inputMissing)` where the folder is not there or holds no such file.
  static func list(
    _ root: URL, _ pseudonyms: Pseudonyms, checkpoint: () throws -> Void,
    found: (String) throws -> Void
  ) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root.path, isDirectory: &isFolder),
      isFolder.boolValue
    else {
      throw IchorError(
        .inputMissing, code: "collection-missing", "there is no such folder of DICOM files",
        remedy: "Check the path of the collection in the configuration.", at: root.path)
    }
    var pending = [""]
    var isEmpty = true
    while let folder = pending.popLast() {
      try checkpoint()
      try forEachEntry(of: folder, in: root, pseudonyms) { name, isFolder in
        let path = folder.isEmpty ? name : "\(folder)/\(name)"
        if isFolder {
          pending.append(path)
        } else if mayBeDICOM(name) {
          isEmpty = false
          try found(path)
        }
      }
    }
    guard !isEmpty else {
      throw IchorError(
        .inputMissing, code: "collection-empty", "the folder holds no DICOM files",
        remedy: "Check that the files end in .dcm or have no extension.", at: root.path)
    }
  }

  static func mayBeDICOM(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return true }
    let ending = name[name.index(after: dot)...].lowercased()
    if ["dcm", "dicom", "ima"].contains(ending) { return true }
    return !ending.isEmpty && ending.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func forEachEntry(
    of relative: String, in root: URL, _ pseudonyms: Pseudonyms,
    _ body: (_ name: String, _ isFolder: Bool) throws -> Void
  ) throws {
    let folder = relative.isEmpty ? root.path : "\(root.path)/\(relative)"
    guard let stream = opendir(folder) else {
      throw IchorError(
        .inputOutput, code: "folder-unreadable",
        "the folder can't be listed: \(String(cString: strerror(errno)))",
        remedy: "Check that it may be read.",
        at: relative.isEmpty ? folder : pseudonyms.location(of: relative, in: root))
    }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(".") { continue }
      switch Int(entry.pointee.d_type) {
      case Int(DT_DIR): try body(name, true)
      case Int(DT_REG): try body(name, false)
      default:
        // A link, or a file system that does not say.
        var link = stat()
        var target = stat()
        let path = "\(folder)/\(name)"
        guard lstat(path, &link) == 0, stat(path, &target) == 0 else { continue }
        if link.st_mode & S_IFMT == S_IFDIR {
          try body(name, true)
        } else if target.st_mode & S_IFMT == S_IFREG {
          try body(name, false)
        }
      }
    }
  }
}
