/// The entropy-coded bits of a JPEG-LS scan: a byte after 0xFF carries seven bits (T.87 A.1).
struct JPEGLSBitReader {
  private let bytes: UnsafeRawBufferPointer
  private var offset: Int
  /// Left-aligned bits, `available` of them; the rest is zero.
  private var window: UInt64 = 0
  private var available = 0
  private var followsFF = false

  init(_ bytes: UnsafeRawBufferPointer, from offset: Int) {
    self.bytes = bytes
    self.offset = min(offset, bytes.count)
  }

  /// Fills up to at least 56 bits; stops in front of a marker and at the end.
  private mutating func refill() {
    while available <= 56, offset < bytes.count {
      let byte = bytes[offset]
      if followsFF {
        window |= UInt64(byte & 0x7F) &<< UInt64(57 - available)
        available += 7
      } else {
        // 0xFF in front of a set bit is a marker, and so is one that nothing follows.
        if byte == 0xFF, offset + 1 >= bytes.count || bytes[offset + 1] >= 0x80 { return }
        window |= UInt64(byte) &<< UInt64(56 - available)
        available += 8
      }
      followsFF = byte == 0xFF
      offset += 1
    }
  }

  private static var ended: DICOMError {
    DICOMError(.jpegMalformed, .pixelData, "the JPEG-LS scan ends before its pixels")
  }

  /// The next `count` bits, at most 32, as a number.
  ///
  /// - Throws: `jpegMalformed` where the scan does not have them.
  @inline(__always)
  mutating func bits(_ count: Int) throws(DICOMError) -> Int {
    if count > available {
      refill()
      guard count <= available else { throw Self.ended }
    }
    guard count > 0 else { return 0 }
    let value = window &>> UInt64(64 - count)
    window &<<= UInt64(count)
    available -= count
    return Int(truncatingIfNeeded: value)
  }

  /// The number of zeros before the next one, which is used up too.
  ///
  /// - Throws: `jpegMalformed` where there are more than `most` zeros or the scan ends.
  @inline(__always)
  mutating func zeros(atMost most: Int) throws(DICOMError) -> Int {
    var zeros = window.leadingZeroBitCount
    if zeros >= available {
      // There is no one among the bits at hand: use them and go on after them.
      var total = 0
      while true {
        zeros = min(window.leadingZeroBitCount, available)
        total += zeros
        guard total <= most else { break }
        window = zeros < 64 ? window &<< UInt64(zeros) : 0
        available -= zeros
        if available > 0 { break }
        refill()
        guard available > 0 else { throw Self.ended }
      }
      zeros = total
    } else {
      window = window &<< UInt64(zeros)
      available -= zeros
    }
    guard zeros <= most else {
      throw DICOMError(.jpegMalformed, .pixelData, "the JPEG-LS scan has a code that is too long")
    }
    window = window &<< 1
    available -= 1
    return zeros
  }

  /// Whether only padding is left before the marker that ends the image, or before the end of the
  /// data.
  mutating func isAtEnd() -> Bool {
    refill()
    return available < 16 && (offset + 1 >= bytes.count || bytes[offset] == 0xFF)
  }
}
