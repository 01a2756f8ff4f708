import CLibcrypto

/// A running SHA-256 (FIPS 180-4), computed by OpenSSL's libcrypto, which uses the processor's
/// instructions for it.
final class SHA256Digest {
  private let context: OpaquePointer

  init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto has no SHA-256")
    }
    self.context = context
  }

  func update(_ bytes: UnsafeRawBufferPointer) {
    let status = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(status == 1, "libcrypto failed to hash")
  }

  func update(_ text: String) {
    var text = text
    text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
  }

  /// The hash in lower-case hexadecimal; the digest cannot be used afterwards.
  func finish() -> String { Self.text(finishBytes()[...]) }

  /// The 32 bytes of the hash; the digest cannot be used afterwards.
  func finishBytes() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    var count: UInt32 = 0
    let status = EVP_DigestFinal_ex(context, &digest, &count)
    precondition(status == 1 && count == 32, "libcrypto failed to hash")
    return digest
  }

  /// Bytes in lower-case hexadecimal.
  static func text(_ bytes: ArraySlice<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
      for (index, byte) in bytes.enumerated() {
        text[2 * index] = digits[Int(byte >> 4)]
        text[2 * index + 1] = digits[Int(byte & 15)]
      }
      return 2 * bytes.count
    }
  }

  deinit { EVP_MD_CTX_free(context) }
}
