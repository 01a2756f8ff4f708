import ArtifactTables
import Diagnostics
import Foundation
import SliceLoading
import SliceShards

/// The PNGs of some slices of a converted collection, at one size.
package struct ShardSource: SliceSource {
  private let reader: ShardReader
  private let places: [(shard: Int, extent: SliceExtent)]
  private let size: Int

  package var count: Int { places.count }

  /// - Parameters:
  ///   - rows: the slices wanted, in the order wanted.
  ///   - table: the collection's index.
  /// - Throws: `IchorError(.configuration)` where the collection was not converted to `size`.
  package init(rows: [SliceRow], of table: SliceTable, artifact: URL, size: Int) throws {
    guard let column = table.sizes.firstIndex(of: size) else {
      throw IchorError(
        .configuration, code: "size-not-converted",
        "the slices were converted to \(table.sizes.map(String.init).joined(separator: ", ")), "
          + "not to \(size)",
        remedy: "Add \(size) to convert.sizes, or train at one of them.",
        at: artifact.path(percentEncoded: false))
    }
    reader = ShardReader(artifact: artifact)
    places = rows.map { ($0.shard, $0.extents[column]) }
    self.size = size
  }

  /// - Throws: `IchorError`: `.inputMissing` without the shard, `.badData` where it ends too soon.
  package func readPNG(at index: Int, into bytes: inout [UInt8]) throws {
    let place = places[index]
    let length = try reader.read(place.extent, size: size, shard: place.shard, into: &bytes)
    if bytes.count > length { bytes.removeLast(bytes.count - length) }
  }
}
