import Diagnostics
import DurableFiles
import Foundation
import OperatingSystem

/// Removes a folder so that at no moment is half of it left under its name.
package enum FolderRemoval {
  /// Renames it to `.NAME.removed-PID` first; nothing there is no error.
  ///
  /// A kill leaves at most that folder, which `ArtifactLayout.leftovers` finds.
  ///
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the system refuses.
  package static func remove(_ folder: URL) throws {
    guard FileStatus(at: folder.path, followsLinks: false) != nil else { return }
    let name = folder.lastPathComponent
    do {
      if ArtifactLayout.isDoomed(name) {
        return try FileManager.default.removeItem(at: folder)
      }
      let doomed = folder.deletingLastPathComponent()
        .appendingPathComponent(".\(name)\(ArtifactLayout.removed)\(getpid())")
      if FileStatus(at: doomed.path, followsLinks: false) != nil {
        try FileManager.default.removeItem(at: doomed)
      }
      try DurableFile.rename(folder, to: doomed)
      try FileManager.default.removeItem(at: doomed)
    } catch {
      throw IchorError(
        IchorError.Kind(writing: error), code: "remove", "\(folder.path) cannot be removed",
        remedy: "Check that its folder may be written to.", cause: error)
    }
  }
}
