import Randomness
import TextTables

/// What the header scan keeps of the files that are to be converted: some 60 bytes each.
struct ScannedSlices: Sendable {
  struct Slice: Sendable {
    /// The number of its file.
    let file: Int32
    /// The number of the series in `series`.
    let series: Int32
    /// Hash of the study's UID, whose bits name the shard.
    let hash: UInt32
    /// In mm.
    let position: Double
  }

  /// Slice `n` has the ID with the number `n`.
  private(set) var slices: [Slice] = []
  private(set) var ids = TextIndex()
  private(set) var series = TextIndex()

  var count: Int { slices.count }

  /// Adds a slice.
  ///
  /// - Returns: `nil`, or the file of the slice that has the same ID: then nothing is added.
  mutating func append(_ identity: SliceIdentity, file: Int) -> Int? {
    let number = ids.insert(identity.id)
    if number < slices.count { return Int(slices[number].file) }
    slices.append(
      Slice(
        file: Int32(file), series: Int32(series.insert(canonical: identity.series)),
        hash: UInt32(truncatingIfNeeded: Self.hash(identity.study)), position: identity.position))
    return nil
  }

  /// FNV-1a over the UTF-8 bytes, then the finaliser of MurmurHash3, because the low bits decide.
  static func hash(_ text: String) -> UInt64 {
    var hash = FNV1a.hash(text)
    hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ (hash >> 33)
  }
}
