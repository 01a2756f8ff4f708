import ContentHashing
import Foundation
import SliceShards
import TextTables

/// A file of the collection and what was known about it before it was read.
struct CollectionFile: Sendable {
  /// Relative to the collection's folder.
  let path: String
  /// What it is called in everything that is written: the path, or its pseudonym.
  let source: String
  /// Its remembered hash.
  let remembered: RememberedHash?
}

/// The files of a collection in the order of their paths' bytes.
struct CollectionFiles: Sendable {
  let root: URL
  let pseudonyms: Pseudonyms
  private let remembered: RememberedHashes?
  private var paths = PackedTexts()

  /// Lists the folder.
  ///
  /// - Throws: what `CollectionFolder.list` throws.
  init(
    in root: URL, _ pseudonyms: Pseudonyms, remembered: RememberedHashes?,
    checkpoint: () throws -> Void
  ) throws {
    self.root = root
    self.pseudonyms = pseudonyms
    self.remembered = remembered
    try CollectionFolder.list(root, pseudonyms, checkpoint: checkpoint) { paths.append($0) }
  }

  var count: Int { paths.count }

  subscript(number: Int) -> CollectionFile {
    let path = paths[number]
    let source = pseudonyms.name(of: path, .source)
    return CollectionFile(path: path, source: source, remembered: remembered?.hash(of: source))
  }
}
