/// Which slice goes into which shard, in which order.
///
/// A study goes into the shard that the hash of its UID names, so that its series, and the slices of
/// a series, lie together, and a study that comes or goes touches one shard. The number of shards is
/// the smallest power of two that gives them `shardSlices` slices or fewer on average: only when a
/// collection outgrows that number are all shards made anew.
struct ShardPlan: Sendable {
  /// Files by shard; sorted by series, position and ID. A shard may be empty.
  let shards: [[String]]

  /// - Parameter slices: given away, as they take more memory than the plan.
  init(_ slices: consuming [CollectionScan.Slice], shardSlices: Int) {
    let slices = slices
    var count = 1
    while slices.count > count * shardSlices { count *= 2 }
    var shards = [[Int32]](repeating: [], count: count)
    for (index, slice) in slices.enumerated() {
      shards[Int(Self.hash(slice.study) & UInt64(count - 1))].append(Int32(index))
    }
    self.shards = shards.map { shard in
      shard.sorted {
        let (first, second) = (slices[Int($0)], slices[Int($1)])
        return (first.series, first.position, first.id)
          < (second.series, second.position, second.id)
      }.map { slices[Int($0)].file }
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
