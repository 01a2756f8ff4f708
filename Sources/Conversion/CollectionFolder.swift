import Diagnostics
import Foundation
import PipelineContract

/// Finds the files of a collection that may be DICOM.
enum CollectionFolder {
  /// Finds them.
  ///
  /// Taken are files whose name ends in `.dcm`, `.dicom` or `.ima`, has no extension, or ends like a
  /// UID, in a dot and digits. Links to files are followed, links to folders are not, and names that
  /// start with a dot are left out.
  ///
  /// - Throws: `IchorError(.inputMissing)` where the folder is not there or holds no such file.
  static func files(
    in root: URL, _ pseudonyms: Pseudonyms, checkpoint: () throws -> Void
  ) throws -> CollectionFiles {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root.path, isDirectory: &isFolder),
      isFolder.boolValue
    else {
      throw IchorError(
        .inputMissing, code: "collection-missing", "there is no such folder of DICOM files",
        remedy: "Check the path of the collection in the configuration.", at: root.path)
    }
    var pending = [""]
    var found = PackedStrings()
    while let folder = pending.popLast() {
      try checkpoint()
      for entry in try entries(of: folder, in: root, pseudonyms) {
        let path = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
        if entry.isFolder {
          pending.append(path)
        } else if mayBeDICOM(entry.name) {
          found.append(path)
        }
      }
    }
    guard found.count > 0 else {
      throw IchorError(
        .inputMissing, code: "collection-empty", "the folder holds no DICOM files",
        remedy: "Check that the files end in .dcm or have no extension.", at: root.path)
    }
    return CollectionFiles(found)
  }

  static func mayBeDICOM(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return true }
    let ending = name[name.index(after: dot)...].lowercased()
    if ["dcm", "dicom", "ima"].contains(ending) { return true }
    return !ending.isEmpty && ending.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func entries(
    of relative: String, in root: URL, _ pseudonyms: Pseudonyms
  ) throws -> [(name: String, isFolder: Bool)] {
    let folder = relative.isEmpty ? root.path : "\(root.path)/\(relative)"
    guard let stream = opendir(folder) else {
      throw IchorError(
        .inputOutput, code: "folder-unreadable",
        "the folder can't be listed: \(String(cString: strerror(errno)))",
        remedy: "Check that it may be read.",
        at: relative.isEmpty ? folder : pseudonyms.location(of: relative, in: root))
    }
    defer { closedir(stream) }
    var entries: [(name: String, isFolder: Bool)] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(".") { continue }
      switch Int(entry.pointee.d_type) {
      case Int(DT_DIR): entries.append((name, true))
      case Int(DT_REG): entries.append((name, false))
      default:
        // A link, or a file system that does not say.
        var link = stat()
        var target = stat()
        let path = "\(folder)/\(name)"
        guard lstat(path, &link) == 0, stat(path, &target) == 0 else { continue }
        if link.st_mode & S_IFMT == S_IFDIR {
          entries.append((name, true))
        } else if target.st_mode & S_IFMT == S_IFREG {
          entries.append((name, false))
        }
      }
    }
    return entries
  }
}
