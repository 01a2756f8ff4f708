/// Which slice goes into which shard, in which order.
///
/// A study goes into the shard that the hash of its UID names, so that its series, and the slices of
/// a series, lie together, and a study that comes or goes touches one shard. The number of shards is
/// the smallest power of two that gives them `shardSlices` slices or fewer on average: only when a
/// collection outgrows that number are all shards made anew.
struct ShardPlan: Sendable {
  /// Slices by shard; sorted by series, position and ID. A shard may be empty.
  let shards: [[CollectionScan.Slice]]

  init(_ slices: [CollectionScan.Slice], shardSlices: Int) {
    var count = 1
    while slices.count > count * shardSlices { count *= 2 }
    var shards = [[CollectionScan.Slice]](repeating: [], count: count)
    for slice in slices {
      shards[Int(Self.hash(slice.study) & UInt64(count - 1))].append(slice)
    }
    self.shards = shards.map { shard in
      shard.sorted { ($0.series, $0.position, $0.id) < ($1.series, $1.position, $1.id) }
    }
  }

  /// FNV-1a over the UTF-8 bytes, then the finalizer of MurmurHash3, because the low bits decide.
  static func hash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ (hash >> 33)
  }
}
