/// Which slice goes into which shard, in which order.
///
/// A study goes into the shard that the hash of its UID names, so that its series, and the slices of
/// a series, lie together, and a study that comes or goes touches one shard. The number of shards is
/// the smallest power of two that gives them `shardSlices` slices or fewer on average: only when a
/// collection outgrows that number are all shards made anew.
struct ShardPlan: Sendable {
  private let files: CollectionFiles
  /// Places in `files`, shard by shard; in each by series, position and ID.
  private let order: [Int32]
  /// Where each shard ends in `order`; a shard may be empty.
  private let ends: [Int]

  /// - Parameter repeated: slices that go into no shard.
  init(_ slices: ScannedSlices, without repeated: Set<Int32>, shardSlices: Int) {
    var count = 1
    while slices.count - repeated.count > count * shardSlices { count *= 2 }
    var shards = [[Int32]](repeating: [], count: count)
    for index in 0..<slices.count where !repeated.contains(Int32(index)) {
      shards[Int(Self.hash(slices.study(index)) & UInt64(count - 1))].append(Int32(index))
    }
    var order: [Int32] = []
    var ends: [Int] = []
    order.reserveCapacity(slices.count)
    for shard in shards {
      order += shard.sorted { slices.precedes(Int($0), Int($1)) }.map { slices.file[Int($0)] }
      ends.append(order.count)
    }
    (files, self.order, self.ends) = (slices.files, order, ends)
  }

  /// How many shards there are.
  var count: Int { ends.count }

  /// The places of a shard's slices among all.
  func slices(of shard: Int) -> Range<Int> { (shard == 0 ? 0 : ends[shard - 1])..<ends[shard] }

  /// The file of a slice, relative to the collection's folder.
  func file(_ slice: Int) -> String { files[Int(order[slice])] }

  /// FNV-1a over the UTF-8 bytes, then the finalizer of MurmurHash3, because the low bits decide.
  static func hash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ (hash >> 33)
  }
}
