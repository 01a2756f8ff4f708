/// The Castagnoli cyclic redundancy check (RFC 3720, appendix B.4) and TFRecord's masked form.
enum CRC32C {
  /// One entry per byte, for the reflected polynomial 0x82f63b78.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { remainder, _ in
      remainder & 1 == 1 ? (remainder >> 1) ^ 0x82f6_3b78 : remainder >> 1
    }
  }

  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (crc >> 8) ^ table[Int((crc ^ UInt32(byte)) & 0xff)]
    }
  }

  /// Rotated and offset, so that a checksum of data that holds checksums is not degenerate.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let crc = checksum(bytes)
    return ((crc >> 15) | (crc << 17)) &+ 0xa282_ead8
  }
}
