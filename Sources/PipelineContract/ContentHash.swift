import Crypto
import Diagnostics
import Foundation

/// SHA-256 (FIPS 180-4) in lower-case hexadecimal.
public enum ContentHash {
  public static func sha256(of data: some DataProtocol) -> String {
    hexadecimal(SHA256.hash(data: data))
  }

  /// Streams the file; memory stays at one buffer of 1 MiB.
  ///
  /// Throws `IchorError(.inputMissing)` where it cannot be opened, `.inputOutput` where it cannot
  /// be read to its end.
  public static func sha256(contentsOf file: URL) throws -> String {
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw IchorError(
        .inputMissing, code: "file-unreadable", "\(file.path) cannot be opened",
        remedy: "Check that it exists and may be read", cause: SystemCallError.last("open"))
    }
    defer { close(descriptor) }
    var hash = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count == 0 { return hexadecimal(hash.finalize()) }
      if count < 0 {
        if errno == EINTR { continue }
        throw IchorError(
          .inputOutput, code: "file-read", "\(file.path) cannot be read",
          remedy: "Check the disk it is on", cause: SystemCallError.last("read"))
      }
      hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  private static func hexadecimal(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in digest {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
