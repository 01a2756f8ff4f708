import Foundation
import OperatingSystem

extension IchorError.Kind {
  /// The kind of a failure to read a file or folder, by the system's error number: where it does
  /// not exist or may not be read, the input is missing; anything else is the disk's fault.
  package init(reading number: Int32) {
    switch number {
    case ENOENT, ENOTDIR, EACCES, EPERM, EISDIR, ELOOP, ENAMETOOLONG: self = .inputMissing
    default: self = .inputOutput
    }
  }

  /// The same for an error that a system call or Foundation threw.
  package init(reading error: any Error) {
    self.init(reading: SystemErrors.number(of: error) ?? EIO)
  }

  /// The kind of a failure to create or write a file or folder: where its name, its place or the
  /// permissions forbid it, it cannot be created; anything else, such as a full disk, is the disk's
  /// fault.
  package init(writing number: Int32) {
    switch number {
    case ENOENT, ENOTDIR, EACCES, EPERM, EISDIR, ELOOP, ENAMETOOLONG, EROFS, EEXIST, ENOTEMPTY,
      EXDEV, ETXTBSY:
      self = .cannotCreate
    default: self = .inputOutput
    }
  }

  /// The same for an error that a system call or Foundation threw.
  package init(writing error: any Error) {
    self.init(writing: SystemErrors.number(of: error) ?? EIO)
  }
}

/// What errors of the system and of Foundation say.
package enum SystemErrors {
  /// The error number that the system gave, at the bottom of an error; `nil` where it gave none.
  package static func number(of error: any Error) -> Int32? {
    switch error {
    case let error as SystemCallError: error.number
    case let error as POSIXError: error.code.rawValue
    case let error as CocoaError: number(of: error)
    default: nil
    }
  }

  /// One line: the system's reason in place of Foundation's dump, or what any other error says of
  /// itself.
  package static func text(of error: any Error) -> String {
    guard error is POSIXError || error is CocoaError else { return String(describing: error) }
    return number(of: error).map { String(cString: strerror($0)) } ?? error.localizedDescription
  }

  private static func number(of error: CocoaError) -> Int32? {
    if let below = error.userInfo[NSUnderlyingErrorKey] as? any Error,
      let number = number(of: below)
    {
      return number
    }
    switch error.code {
    case .fileNoSuchFile, .fileReadNoSuchFile: return ENOENT
    case .fileReadNoPermission, .fileWriteNoPermission: return EACCES
    case .fileReadInvalidFileName, .fileWriteInvalidFileName: return ENAMETOOLONG
    case .fileWriteFileExists: return EEXIST
    case .fileWriteVolumeReadOnly: return EROFS
    case .fileWriteOutOfSpace: return ENOSPC
    case .fileReadUnknown, .fileWriteUnknown: return EIO
    default: return nil
    }
  }
}

extension IchorError {
  /// A file or folder that a system call or Foundation could not read.
  ///
  /// - Parameter name: what the error calls it, as a rule its path.
  package init(reading name: String, _ error: any Error, at location: String? = nil) {
    let kind = Kind(reading: error)
    let isMissing = kind == .inputMissing
    self.init(
      kind, code: isMissing ? "file-unreadable" : "file-read",
      "\(name) cannot be \(isMissing ? "opened" : "read")",
      remedy: isMissing ? "Check that it exists and may be read." : "Check the disk that it is on.",
      at: location, cause: error)
  }

  /// A file or folder that a system call or Foundation could not create or write.
  ///
  /// - Parameter name: what the error calls it, as a rule its path.
  package init(writing name: String, _ error: any Error, at location: String? = nil) {
    let kind = Kind(writing: error)
    self.init(
      kind, code: "file-write",
      "\(name) cannot be \(kind == .cannotCreate ? "created" : "written")",
      remedy: kind == .cannotCreate
        ? "Check that its folder exists and may be written to."
        : "Check that its disk has room and works.",
      at: location, cause: error)
  }
}

extension FileStatus {
  /// What is at a place, `nil` where there is nothing: what a disk that fails does not say is no
  /// “nothing”.
  ///
  /// - Throws: `IchorError` that names the path, where the system cannot say.
  package static func of(_ place: URL, followsLinks: Bool = true) throws -> FileStatus? {
    try of(path: place.path, followsLinks: followsLinks)
  }

  /// - Throws: `IchorError` that names the path, where the system cannot say.
  package static func of(path: String, followsLinks: Bool = true) throws -> FileStatus? {
    do {
      return try find(path, followsLinks: followsLinks)
    } catch {
      throw IchorError(reading: path, error)
    }
  }
}
