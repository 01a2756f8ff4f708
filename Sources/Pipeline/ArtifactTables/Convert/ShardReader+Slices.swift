import Diagnostics
import SliceShards

extension ShardReader {
  /// The PNG of a row's slice at a size of the table.
  ///
  /// - Throws: `IchorError`: `.configuration` where the collection was not converted to the size,
  ///   `.inputMissing` without the shard, `.badData` where it ends too soon.
  package func png(of row: SliceRow, size: Int, in sizes: [Int]) throws -> [UInt8] {
    guard let index = sizes.firstIndex(of: size) else {
      throw IchorError(
        .configuration, code: "size-not-converted",
        "the collection was converted to \(sizes), not to \(size)",
        remedy: "Add the size to convert.sizes.")
    }
    var buffer: [UInt8] = []
    try read(row.extents[index], size: size, shard: row.shard, into: &buffer)
    return buffer
  }
}
