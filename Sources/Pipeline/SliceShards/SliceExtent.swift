/// Where a slice's PNG is in its shard: the file's bytes alone, without the tar header.
public struct SliceExtent: Hashable, Sendable {
  /// Bytes from the beginning of the shard.
  public let offset: Int
  /// In bytes.
  public let length: Int
  /// CRC-32 of these bytes, as PNG and gzip compute it.
  public let crc32: UInt32

  public init(offset: Int, length: Int, crc32: UInt32) {
    self.offset = offset
    self.length = length
    self.crc32 = crc32
  }
}
