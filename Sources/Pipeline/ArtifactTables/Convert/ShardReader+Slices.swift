import Diagnostics
import SliceShards

extension ShardReader {
  /// Reads a row's PNG as `read(_:size:shard:into:)` does.
  ///
  /// - Parameter column: the place of the size among those of the table.
  /// - Throws: what that throws, with the slice's ID.
  @discardableResult
  package func read(
    _ row: SliceRow, column: Int, size: Int, into buffer: inout [UInt8]
  ) throws -> Int {
    do {
      return try read(row.extents[column], size: size, shard: row.shard, into: &buffer)
    } catch let error as IchorError {
      throw error.about("Slice \(row.id)")
    }
  }

  /// The PNG of a row's slice at a size of the table.
  ///
  /// - Throws: `IchorError`: `.configuration` where the collection was not converted to the size,
  ///   `.inputMissing` without the shard, `.badData` where it is damaged, `.inputOutput` where the
  ///   disk fails.
  package func png(of row: SliceRow, size: Int, in sizes: [Int]) throws -> [UInt8] {
    guard let index = sizes.firstIndex(of: size) else {
      throw IchorError(
        .configuration, code: "size-not-converted",
        "the collection was converted to \(sizes), not to \(size)",
        remedy: "Add the size to convert.sizes.")
    }
    var buffer: [UInt8] = []
    try read(row, column: index, size: size, into: &buffer)
    return buffer
  }
}
