/// A position in bytes that cannot leave them: each step is checked against what remains.
///
/// Invariant: `0 <= offset <= limit <= bytes.count`.
struct ByteCursor {
  let bytes: UnsafeRawBufferPointer
  var bigEndian: Bool
  private(set) var offset: Int
  private(set) var limit: Int

  /// A cursor over `bytes[offset..<limit]`; bounds outside the buffer are clamped to it.
  init(
    _ bytes: UnsafeRawBufferPointer, from offset: Int = 0, to limit: Int? = nil,
    bigEndian: Bool = false
  ) {
    self.bytes = bytes
    self.bigEndian = bigEndian
    self.limit = min(max(limit ?? bytes.count, 0), bytes.count)
    self.offset = min(max(offset, 0), self.limit)
  }

  var remaining: Int { limit - offset }

  /// Checks that `count` bytes are left.
  ///
  /// - Throws: `truncated` where they are not.
  func need(_ count: Int, _ what: @autoclosure () -> String) throws(DICOMError) {
    guard count >= 0, count <= remaining else {
      throw DICOMError(
        .truncated, "the data end at byte \(limit), inside \(what()) at byte \(offset)")
    }
  }

  mutating func skip(_ count: Int, _ what: @autoclosure () -> String) throws(DICOMError) {
    try need(count, what())
    offset += count
  }

  mutating func uint8(_ what: @autoclosure () -> String) throws(DICOMError) -> UInt8 {
    try need(1, what())
    defer { offset += 1 }
    return bytes[offset]
  }

  mutating func uint16(_ what: @autoclosure () -> String) throws(DICOMError) -> UInt16 {
    try need(2, what())
    defer { offset += 2 }
    let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
    return bigEndian ? UInt16(bigEndian: value) : UInt16(littleEndian: value)
  }

  mutating func uint32(_ what: @autoclosure () -> String) throws(DICOMError) -> UInt32 {
    try need(4, what())
    defer { offset += 4 }
    let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    return bigEndian ? UInt32(bigEndian: value) : UInt32(littleEndian: value)
  }

  /// Group and element: two 16-bit numbers, each in the data set's byte order.
  mutating func tag() throws(DICOMError) -> DICOMTag {
    try need(4, "a tag")
    return DICOMTag(group: try uint16("a tag"), element: try uint16("a tag"))
  }
}
