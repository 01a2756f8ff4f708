import ExternalSorting

/// What the header scan keeps of a file that is to be converted, as records.
enum ScannedSlice {
  /// By ID, then path.
  static func record(_ identity: SliceIdentity, _ file: CollectionFile) -> SortableRecord {
    var record = SortableRecord(text: identity.id)
    record.append(text: file.path)
    record.append(Int(truncatingIfNeeded: ShardPlan.hash(identity.study)))
    record.append(canonical: identity.series)
    record.append(identity.position)
    record.append(known: file.remembered, file.published)
    return record
  }

  /// The fields of such a record by shard, series, position and ID: the order of `slices.csv`.
  ///
  /// - Parameter shards: how many there are, a power of two.
  static func planned(_ scanned: UnsafeRawBufferPointer, shards: Int) throws -> SortableRecord {
    var fields = RecordFields(scanned)
    let (id, path) = (try fields.key(), try fields.key())
    var record = SortableRecord()
    record.append(try fields.integer() & (shards - 1))
    record.append(bytes: try fields.key())
    record.append(bytes: try fields.bytes(MemoryLayout<Double>.size))
    for rest in [id, path, fields.rest] { record.append(bytes: rest) }
    return record
  }

  /// The shard and the file of a record that `planned` made.
  static func file(
    ofPlanned record: UnsafeRawBufferPointer
  ) throws -> (shard: Int, file: CollectionFile) {
    var fields = RecordFields(record)
    let shard = try fields.integer()
    _ = try fields.key()
    _ = try fields.bytes(MemoryLayout<Double>.size)
    _ = try fields.key()
    return (shard, try fields.collectionFile())
  }
}
