import ExternalSorting
import PipelineContract

/// A file of the collection and what was known of it before it was read.
struct CollectionFile: Sendable {
  /// Relative to the collection's folder.
  let path: String
  /// Its hash, as the memory has it.
  var remembered: RememberedHash?
  /// Its rows in `quirks.csv` of the artifact published before, as `PublishedQuirks` packs them.
  var published: [UInt8] = []
}

extension SortableRecord {
  /// What is known of a file, which stands behind its path.
  mutating func append(known remembered: RememberedHash?, _ published: [UInt8]) {
    append(remembered)
    append(published.count)
    published.withUnsafeBytes { append(bytes: $0) }
  }
}

extension RecordFields {
  /// A path and what is known of the file; nothing where the record ends with the path.
  mutating func collectionFile() throws -> CollectionFile {
    var file = CollectionFile(path: try text())
    if isAtEnd { return file }
    file.remembered = try rememberedHash()
    file.published = [UInt8](try bytes(try integer()))
    return file
  }
}
