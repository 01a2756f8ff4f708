/// Which slice goes into which shard, in which order.
///
/// A study goes into the shard that the hash of its UID names, so that its series, and the slices
/// of a series, lie together, and adding or removing a study touches one shard. The number of
/// shards is the smallest power of two that gives them `shardSlices` slices or fewer on average:
/// only when a collection outgrows that number are all shards converted again.
struct ShardPlan: Sendable {
  /// The numbers of the files, shard by shard; in each by series, position and ID.
  private let files: [Int32]
  /// Where each shard begins in `files`, and where the last ends.
  private let begins: [Int]

  /// How many shards there are; some may be empty.
  var count: Int { begins.count - 1 }
  /// How many slices they have together.
  var slices: Int { files.count }

  init(_ scanned: ScannedSlices, shardSlices: Int) {
    var count = 1
    while scanned.count > count * shardSlices { count *= 2 }
    let mask = UInt32(truncatingIfNeeded: count - 1)
    var ranks = [Int32](repeating: 0, count: scanned.series.count)
    for (rank, number) in scanned.series.sorted().enumerated() { ranks[number] = Int32(rank) }
    let slices = scanned.slices
    var order = (0..<Int32(slices.count)).map { $0 }
    order.sort { first, second in
      let (one, other) = (slices[Int(first)], slices[Int(second)])
      if one.hash & mask != other.hash & mask { return one.hash & mask < other.hash & mask }
      if one.series != other.series { return ranks[Int(one.series)] < ranks[Int(other.series)] }
      if one.position != other.position { return one.position < other.position }
      return scanned.ids.precedes(Int(first), Int(second))
    }
    var begins = [Int](repeating: 0, count: count + 1)
    for slice in slices { begins[Int(slice.hash & mask) + 1] += 1 }
    for shard in 0..<count { begins[shard + 1] += begins[shard] }
    self.begins = begins
    files = order.map { slices[Int($0)].file }
  }

  /// The numbers of the files of a shard.
  func files(of shard: Int) -> ArraySlice<Int32> { files[begins[shard]..<begins[shard + 1]] }
}
