/// The checksum of PNG's chunks (PNG 1.2, annex "Sample CRC Code"), eight bytes at a step.
enum CRC32 {
  /// `tables[n * 256 + b]` is what byte b becomes when n more bytes follow.
  private static let tables: [UInt32] = {
    var tables: [UInt32] = []
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
      tables.append(value)
    }
    for index in 256..<8 * 256 {
      let before = tables[index - 256]
      tables.append(tables[Int(before & 255)] ^ (before >> 8))
    }
    return tables
  }()

  static func checksum(_ bytes: UnsafePointer<UInt8>, count: Int) -> UInt32 {
    tables.withUnsafeBufferPointer { tables in
      guard let table = tables.baseAddress else { return 0 }
      var value: UInt32 = 0xFFFF_FFFF
      var index = 0
      while index &+ 8 <= count {
        let word =
          UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self).littleEndian
          ^ UInt64(value)
        var sum: UInt32 = 0
        for byte in 0..<8 {
          sum ^= table[(7 &- byte) &* 256 &+ Int(word &>> UInt64(8 &* byte) & 255)]
        }
        value = sum
        index &+= 8
      }
      while index < count {
        value = table[Int((value ^ UInt32(bytes[index])) & 255)] ^ (value &>> 8)
        index &+= 1
      }
      return ~value
    }
  }
}
