import PipelineContract

/// What the header scan keeps of the files that are to be converted, in columns: 40 bytes a slice
/// and its ID.
struct ScannedSlices: Sendable {
  /// Of the collection; also those that were left out.
  let files: CollectionFiles
  /// Places in `files`.
  private(set) var file: [Int32] = []
  private(set) var ids = PackedStrings()
  /// Along the normal of the slice plane, in mm.
  private(set) var positions: [Double] = []
  private var studies: [Int32] = []
  private var series: [Int32] = []
  /// Identifiers of studies and series, each once.
  private var texts: [String] = []
  private var places: [String: Int32] = [:]

  init(of files: CollectionFiles) { self.files = files }

  var count: Int { file.count }

  /// Identifiers as in the artifact.
  mutating func append(file: Int, _ identity: SliceIdentity) {
    self.file.append(Int32(file))
    ids.append(identity.id)
    positions.append(identity.position)
    studies.append(place(of: identity.study))
    series.append(place(of: identity.series))
  }

  private mutating func place(of text: String) -> Int32 {
    if let place = places[text] { return place }
    let place = Int32(texts.count)
    places[text] = place
    texts.append(text)
    return place
  }

  func path(_ index: Int) -> String { files[Int(file[index])] }
  func study(_ index: Int) -> String { texts[Int(studies[index])] }

  /// The order within a shard: series, position, ID.
  func precedes(_ first: Int, _ second: Int) -> Bool {
    if series[first] != series[second] {
      return texts[Int(series[first])] < texts[Int(series[second])]
    }
    if positions[first] != positions[second] { return positions[first] < positions[second] }
    return ids[first] < ids[second]
  }
}
