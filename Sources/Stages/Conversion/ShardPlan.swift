import ExternalSorting

/// Which slice goes into which shard, in which order.
///
/// A study goes into the shard that the hash of its UID names, so that its series, and the slices of
/// a series, lie together, and a study that comes or goes touches one shard. The number of shards is
/// the smallest power of two that gives them `shardSlices` slices or fewer on average: only when a
/// collection outgrows that number are all shards made anew.
final class ShardPlan {
  /// How many shards there are; some may be empty.
  let count: Int
  /// How many slices they have together.
  let slices: Int
  private let planned: ExternalSorter

  /// - Parameters:
  ///   - slices: records of `ScannedSlice`, which are read to their end.
  ///   - scratch: where what doesn't fit into memory is put.
  init(_ slices: RecordSpool, shardSlices: Int, scratch: ScratchFolder) throws {
    var count = 1
    while slices.count > count * shardSlices { count *= 2 }
    planned = ExternalSorter(in: scratch)
    while let slice = try slices.next() {
      try planned.append(try ScannedSlice.planned(slice, shards: count))
    }
    (self.count, self.slices) = (count, slices.count)
  }

  /// The files from the first shard to the last; every call begins anew.
  func files() throws -> PlannedFiles { PlannedFiles(try planned.sorted()) }

  /// FNV-1a over the UTF-8 bytes, then the finalizer of MurmurHash3, because the low bits decide.
  static func hash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ (hash >> 33)
  }
}

/// The files of the shards, shard by shard; in each by series, position and ID.
final class PlannedFiles {
  private let records: SortedRecords
  /// The first file of a shard that was not asked for yet.
  private var ahead: (shard: Int, file: CollectionFile)?

  fileprivate init(_ records: SortedRecords) { self.records = records }

  /// The next file of a shard, `nil` behind its last.
  ///
  /// - Precondition: no lower shard than the one asked for before; those between are passed.
  func next(of shard: Int) throws -> CollectionFile? {
    while let found = try ahead ?? read(), found.shard <= shard {
      ahead = nil
      if found.shard == shard { return found.file }
    }
    return nil
  }

  /// All files of a shard.
  func all(of shard: Int) throws -> [CollectionFile] {
    var files: [CollectionFile] = []
    while let file = try next(of: shard) { files.append(file) }
    return files
  }

  private func read() throws -> (shard: Int, file: CollectionFile)? {
    ahead = try records.next().map { try ScannedSlice.file(ofPlanned: $0) }
    return ahead
  }
}
