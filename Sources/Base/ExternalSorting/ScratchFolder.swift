import Diagnostics
import DurableFiles
import Foundation

/// Where scratch files are made: in a folder, or in the system's temporary one where that can't be
/// written, as an artifacts folder that is only looked at.
///
/// A scratch file has no name but for the moment it is made in, and nobody else may read it: it goes
/// with the process, however that ends.
package struct ScratchFolder: Sendable {
  private let folder: URL
  private let creates: Bool

  /// - Parameter creates: whether to make the folder when it is needed and missing.
  package init(_ folder: URL, creates: Bool) {
    self.folder = folder
    self.creates = creates
  }

  /// - Throws: `IchorError(.cannotCreate)` that names the folder.
  func makeFile() throws -> ScratchFile {
    if creates { try? DurableFile.createFolder(folder) }
    // A dot: no listing takes it for data, no publication for an output.
    let name = ".scratch-\(UUID().uuidString)"
    var failure = SystemCallError(call: "open", number: ENOENT)
    for (index, place) in [folder, FileManager.default.temporaryDirectory].enumerated() {
      let path = place.appendingPathComponent(name).path
      let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if descriptor >= 0 {
        unlink(path)
        return ScratchFile(descriptor: descriptor, folder: place.path)
      }
      // What is wrong with the folder asked for says more than what is wrong with the other.
      if index == 0 { failure = SystemCallError.last("open") }
    }
    throw IchorError(
      .cannotCreate, code: "scratch-create", "no scratch file can be made in \(folder.path)",
      remedy: "Check that it may be written and the disk has room.", at: folder.path,
      cause: failure)
  }
}
