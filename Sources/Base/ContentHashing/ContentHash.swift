import Diagnostics
import Foundation
import OperatingSystem

/// SHA-256 (FIPS 180-4) in lower-case hexadecimal.
package enum ContentHash {
  package static func sha256(of data: some DataProtocol) -> String {
    let digest = SHA256Digest()
    for region in data.regions { region.withUnsafeBytes { digest.update($0) } }
    return digest.finish()
  }

  /// Streams the file through one buffer of 128 KiB.
  ///
  /// - Parameter location: what errors call the file; by default its path.
  /// - Throws: `IchorError`: `.inputMissing` where the file cannot be opened, `.inputOutput` where
  ///   it cannot be read to its end.
  package static func sha256(contentsOf file: URL, at location: String? = nil) throws -> String {
    do {
      let opened = try OpenFile(file.path, O_RDONLY)
      let digest = SHA256Digest()
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
      defer { buffer.deallocate() }
      while true {
        let count = try opened.read(into: buffer)
        if count == 0 { return digest.finish() }
        digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    } catch {
      throw IchorError(reading: location ?? file.path, error)
    }
  }
}
