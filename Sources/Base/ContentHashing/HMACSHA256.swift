import CLibcrypto

/// HMAC-SHA-256 (RFC 2104), computed by OpenSSL's libcrypto.
enum HMACSHA256 {
  /// The 32 bytes of the code.
  ///
  /// - Parameter key: of any length.
  static func code(of message: UnsafeRawBufferPointer, key: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: 32)
    var count: UInt32 = 0
    let made = HMAC(
      EVP_sha256(), key, Int32(clamping: key.count),
      message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count, &code, &count)
    precondition(made != nil && count == 32, "libcrypto failed to compute an HMAC")
    return code
  }
}
