/// TFRecord: each record is its length (8 bytes, little-endian), the masked CRC32C of those 8
/// bytes, the data, and the masked CRC32C of the data.
enum RecordFraming {
  private static let headBytes = 12
  private static let tailBytes = 4

  /// The framed record.
  static func frame(_ data: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(data.count))
    return length + littleEndian(CRC32C.masked(length)) + data
      + littleEndian(CRC32C.masked(data))
  }

  /// The data of the whole record at `offset` and where it ends; `nil` where the file ends within
  /// it or a checksum is wrong, as after a kill in the middle of a write.
  static func record(in file: [UInt8], at offset: Int) -> (data: ArraySlice<UInt8>, end: Int)? {
    guard offset >= 0, offset <= file.count, file.count - offset >= headBytes + tailBytes else {
      return nil
    }
    let length = file[offset..<offset + 8]
    let start = offset + headBytes
    guard
      integer(file[offset + 8..<start]) == UInt64(CRC32C.masked(length)),
      let count = Int(exactly: integer(length)),
      count <= file.count - start - tailBytes
    else { return nil }
    let data = file[start..<start + count]
    let end = start + count + tailBytes
    guard integer(file[end - tailBytes..<end]) == UInt64(CRC32C.masked(data)) else { return nil }
    return (data, end)
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }

  /// Up to eight little-endian bytes.
  private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
