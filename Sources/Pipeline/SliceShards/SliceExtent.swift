/// Where a slice's PNG is in its shard: the file's bytes alone, without the tar header.
public struct SliceExtent: Hashable, Sendable {
  /// Bytes from the beginning of the shard.
  public let offset: Int
  /// In bytes.
  public let length: Int

  public init(offset: Int, length: Int) {
    self.offset = offset
    self.length = length
  }
}
