import ExternalSorting
import Foundation

/// What is remembered of a file: its hash, and the stamp that it had then.
package struct RememberedHash: Equatable, Sendable {
  package let stamp: ContentStamp
  /// SHA-256, 32 bytes.
  let digest: [UInt8]

  package var sha256: String { SHA256Digest.text(digest[...]) }
}

extension SortableRecord {
  mutating func append(_ stamp: ContentStamp) {
    append(stamp.bytes)
    append(stamp.modified)
  }

  /// As `RecordFields.rememberedHash` reads it.
  package mutating func append(_ hash: RememberedHash?) {
    append(hash == nil ? 0 : 1)
    guard let hash else { return }
    append(hash.stamp)
    hash.digest.withUnsafeBytes { append(bytes: $0) }
  }
}

extension RecordFields {
  mutating func stamp() throws -> ContentStamp {
    ContentStamp(bytes: try integer(), modified: try integer())
  }

  package mutating func rememberedHash() throws -> RememberedHash? {
    guard try integer() == 1 else { return nil }
    return RememberedHash(stamp: try stamp(), digest: [UInt8](try bytes(32)))
  }
}

/// What a `HashMemory` held when it was asked, found for names that ascend.
package final class RememberedHashes {
  private let lookup: SortedLookup
  /// How many lines the memory has, of which some are outdated.
  let lines: Int

  package var isEmpty: Bool { lookup.isEmpty }

  /// Sorts the lines of a memory's file; there may be none.
  init(_ file: URL, scratch: ScratchFolder) throws {
    let sorter = ExternalSorter(in: scratch)
    var record = SortableRecord()
    try HashMemoryLine.forEach(in: file) { line in
      record.removeAll()
      record.append(text: UnsafeRawBufferPointer(line.name))
      // Of several for one name the last is the last.
      record.append(sorter.count)
      record.append(RememberedHash(stamp: line.stamp, digest: line.digest))
      try sorter.append(record)
    }
    lines = sorter.count
    lookup = try SortedLookup(sorter)
  }

  /// The last of a file.
  ///
  /// - Parameter name: a text as `SortableRecord` writes it, above the one asked for before.
  package func hash(of name: UnsafeRawBufferPointer) throws -> RememberedHash? {
    var last: RememberedHash?
    try lookup.forEachMatch(of: name) { fields in
      _ = try fields.integer()
      last = try fields.rememberedHash()
    }
    return last
  }
}
