import Foundation
import TextTables

/// What is remembered of a file: its hash, and the stamp that it had then.
package struct RememberedHash: Equatable, Sendable {
  package let stamp: ContentStamp
  /// The 32 bytes of the hash as four words, which need no memory elsewhere.
  let words: SIMD4<UInt64>

  package var sha256: String { withUnsafeBytes(of: words) { SHA256Digest.text($0) } }
}

/// What a `HashMemory` held when it was asked: about 130 bytes for a file whose path has 50.
package struct RememberedHashes: Sendable {
  private var names = TextIndex()
  private var hashes: [RememberedHash] = []
  /// How many lines the memory has, outdated ones included.
  private(set) var lines = 0

  /// Reads a memory's file, which may be missing.
  init(_ file: URL) {
    HashMemoryLine.forEach(in: file) { line in
      lines += 1
      let hash = line.hash
      let number = names.insert(UnsafeRawBufferPointer(line.name))
      // The last of several lines for one name counts.
      if number < hashes.count { hashes[number] = hash } else { hashes.append(hash) }
    }
  }

  /// What is remembered of a file.
  ///
  /// - Parameter name: what the memory calls it: its path, or the pseudonym of that.
  package func hash(of name: String) -> RememberedHash? {
    names.number(of: name).map { hashes[$0] }
  }
}
