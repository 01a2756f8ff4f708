/// The 64-bit hash FNV-1a of Fowler, Noll and Vo (IETF draft-eastlake-fnv): fast on short texts, the
/// same everywhere, and no protection against anyone who looks for collisions.
package enum FNV1a {
  /// The hash of no bytes.
  package static let beginning: UInt64 = 0xcbf2_9ce4_8422_2325

  /// - Parameter hash: that of the bytes before these.
  package static func hash(
    _ bytes: UnsafeRawBufferPointer, after hash: UInt64 = beginning
  ) -> UInt64 {
    var hash = hash
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }

  /// The hash of the text's UTF-8.
  package static func hash(_ text: String) -> UInt64 {
    var text = text
    return text.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
  }
}
