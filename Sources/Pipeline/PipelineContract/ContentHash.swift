import DurableFiles
import Diagnostics
import Foundation

/// SHA-256 (FIPS 180-4) in lower-case hexadecimal.
package enum ContentHash {
  package static func sha256(of data: some DataProtocol) -> String {
    let digest = SHA256Digest()
    for region in data.regions { region.withUnsafeBytes { digest.update($0) } }
    return digest.finish()
  }

  /// Streams the file; memory stays at one buffer of 128 KiB.
  ///
  /// - Parameter location: what errors call the file; by default its path.
  ///
  /// Throws `IchorError(.inputMissing)` where it cannot be opened, `.inputOutput` where it cannot
  /// be read to its end.
  package static func sha256(contentsOf file: URL, at location: String? = nil) throws -> String {
    SHA256Digest.text(try digest(contentsOf: file, at: location)[...])
  }

  /// The same as 32 bytes.
  static func digest(contentsOf file: URL, at location: String? = nil) throws -> [UInt8] {
    let name = location ?? file.path
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw IchorError(
        .inputMissing, code: "file-unreadable", "\(name) cannot be opened",
        remedy: "Check that it exists and may be read", cause: SystemCallError.last("open"))
    }
    defer { close(descriptor) }
    let digest = SHA256Digest()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count == 0 { return digest.finishBytes() }
      if count < 0 {
        if errno == EINTR { continue }
        throw IchorError(
          .inputOutput, code: "file-read", "\(name) cannot be read",
          remedy: "Check the disk it is on", cause: SystemCallError.last("read"))
      }
      digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}
