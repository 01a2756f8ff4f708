import Diagnostics
import Foundation
import OperatingSystem

extension Pseudonyms {
  private static let shortestKey = 16
  private static let longestKey = 4096

  /// Reads the key: every byte of a file that only its owner, this user, may access.
  ///
  /// - Parameters:
  ///   - artifacts: a folder that is handed on and therefore may not hold the key.
  ///   - location: the configuration key, for errors.
  /// - Throws: `IchorError`: `.inputMissing` where the file is missing or may not be read,
  ///   `.inputOutput` where the disk fails, `.configuration` where it breaks a rule.
  package init(keyFile: URL, artifacts: URL, at location: String) throws {
    func refuse(_ code: String, _ message: String, _ remedy: String) -> IchorError {
      IchorError(
        .configuration, code: code, "The key file \(keyFile.path) \(message)", remedy: remedy,
        at: location)
    }
    let status: FileStatus
    let key: [UInt8]
    do {
      // O_NONBLOCK: opening a pipe must not wait for a writer.
      let file = try OpenFile(keyFile.path, O_RDONLY | O_NONBLOCK)
      status = try file.status()
      key = status.isRegular ? try file.contents(atMost: Self.longestKey + 1) : []
    } catch {
      guard IchorError.Kind(reading: error) == .inputMissing else {
        throw IchorError(reading: "The key file \(keyFile.path)", error, at: location)
      }
      throw IchorError(
        .inputMissing, code: "key-unreadable", "The key file \(keyFile.path) cannot be opened",
        remedy: "Make one: run “(umask 077; head -c 32 /dev/urandom > \(keyFile.path))”.",
        at: location, cause: error)
    }
    guard status.isRegular else {
      throw refuse("key-not-a-file", "is not a regular file", "Name a file.")
    }
    guard status.owner == geteuid() else {
      throw refuse(
        "key-not-owned", "belongs to another user", "Change its owner to this user, or copy it.")
    }
    guard status.permissions & 0o077 == 0 else {
      throw refuse(
        "key-not-private", "may be used by others besides its owner",
        "Run “chmod 600 \(keyFile.path)”.")
    }
    guard !Self.isBelow(artifacts, keyFile) else {
      throw refuse(
        "key-among-artifacts", "is in the folder of the artifacts, with which it must not travel",
        "Move it elsewhere.")
    }
    guard key.count >= Self.shortestKey, key.count <= Self.longestKey else {
      throw refuse(
        "key-length", "does not have \(Self.shortestKey) to \(Self.longestKey) bytes",
        "Fill it with new random bytes: run “head -c 32 /dev/urandom > \(keyFile.path)”.")
    }
    self.init(key: key)
  }

  private static func isBelow(_ folder: URL, _ file: URL) -> Bool {
    let folder = folder.resolvingSymlinksInPath().standardizedFileURL.pathComponents
    let file = file.resolvingSymlinksInPath().standardizedFileURL.pathComponents
    return file.starts(with: folder)
  }
}
