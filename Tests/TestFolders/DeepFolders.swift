import Foundation

/// Folders one below the other until their path is longer than the system takes: the deepest cannot
/// be listed by its path, not even by root. They are removed when the test lets go of them.
public final class DeepFolders {
  /// The deepest, relative to the folder that they are in.
  public let path: String
  private let name: String
  /// One for each folder, the one around them first.
  private let descriptors: [Int32]

  /// - Parameter name: what each is called, up to padding.
  /// - Throws: `POSIXError` where a folder cannot be created.
  public init(in folder: URL, named name: String) throws {
    let name = name + String(repeating: "x", count: 200 - name.utf8.count)
    var descriptors = [open(folder.path, O_RDONLY | O_DIRECTORY)]
    var path = ""
    while let last = descriptors.last, folder.path.utf8.count + path.utf8.count < Int(PATH_MAX) {
      mkdirat(last, name, 0o700)
      let next = openat(last, name, O_RDONLY | O_DIRECTORY)
      guard next >= 0 else { throw POSIXError(.EIO) }
      descriptors.append(next)
      path += "/\(name)"
    }
    self.path = String(path.dropFirst())
    self.name = name
    self.descriptors = descriptors
  }

  deinit {
    for descriptor in descriptors.reversed() {
      unlinkat(descriptor, name, AT_REMOVEDIR)
      close(descriptor)
    }
  }
}
