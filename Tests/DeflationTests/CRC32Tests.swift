import Deflation
import Testing

/// Expected values by Python's `zlib.crc32`.
@Suite struct CRC32Tests {
  @Test(arguments: [
    ("", UInt32(0)), ("123456789", 0xcbf4_3926), ("The quick brown fox", 0xb745_74de),
  ])
  func isThatOfZlib(_ text: String, _ expected: UInt32) {
    #expect(CRC32(of: text.utf8).value == expected)
  }

  @Test func piecesGiveTheChecksumOfTheWhole() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 31) }
    for cut in [0, 1, 7, 500, 999, 1000] {
      var checksum = CRC32()
      bytes[..<cut].withUnsafeBytes { checksum.add($0) }
      // Neither has an address.
      checksum.add(UnsafeRawBufferPointer(start: nil, count: 0))
      bytes[cut...].withUnsafeBytes { checksum.add($0) }
      #expect(checksum == CRC32(of: bytes))
    }
  }

  @Test func digitsReadBack() {
    for value: UInt32 in [0, 1, 0xc0ffee, .max] {
      #expect(CRC32(digits: CRC32(value).text.utf8)?.value == value)
    }
    #expect(CRC32(0xc0ffee).text == "00c0ffee")
    for text in ["", "c0ffee", "00C0FFEE", "+0c0ffee", "00c0ffee0", "00c0ffeg"] {
      #expect(CRC32(digits: text.utf8) == nil, "\(text)")
    }
  }
}
