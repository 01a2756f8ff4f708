import DurableFiles
import Diagnostics
import Foundation
import Synchronization

/// What is remembered of the content of files outside the artifacts, by size and time of change.
///
/// Lines `SHA256 TAB BYTES TAB MODIFIED TAB PATH` in the cache, one a file; of several for one path the
/// last holds, and a line that is not one is passed over. Any number of threads at once.
///
/// Where identifiers are replaced, PATH is a pseudonym, in another file of the cache.
public final class HashMemory: Sendable {
  /// Lines are appended to the file when there are so many bytes of them.
  private static let flushLength = 1 << 18

  let file: URL
  /// With the paths themselves; goes when pseudonyms take their place.
  private let plainFile: URL
  private let pseudonyms: Pseudonyms
  /// Read when it is first asked for.
  private let table = Mutex<HashTable?>(nil)
  /// Lines that are not in the file yet.
  private let lines = Mutex<[UInt8]>([])

  /// What is remembered of the files below a folder, or of one file.
  public init(of path: URL, in layout: ArtifactLayout, pseudonyms: Pseudonyms = .none) {
    let path = path.resolvingSymlinksInPath().path
    let name = ContentHash.sha256(of: Data(path.utf8)).prefix(16)
    self.pseudonyms = pseudonyms
    plainFile = layout.cache.appendingPathComponent("outside-\(name).tsv")
    file =
      pseudonyms.areUsed
      ? layout.cache.appendingPathComponent("pseudonymous-\(name).tsv") : plainFile
  }

  private var known: HashTable {
    table.withLock { table in
      if let table { return table }
      let read = HashTable(file)
      table = read
      return read
    }
  }

  /// The hash that the memory held from the beginning, if the file is still as it was then.
  ///
  /// - Parameter path: relative to the folder, with `/`.
  public func sha256(of path: String, _ stamp: ContentStamp) -> String? {
    var path = path
    return path.withUTF8 { path in
      pseudonyms.withName(ofPath: path) { known.hash(of: $0, stamp) }.map { SHA256Digest.text($0) }
    }
  }

  /// Fills in the hashes of the files that are remembered as they are now, 32 bytes each.
  ///
  /// The memory is read along, not kept: with a million files that halves what is needed.
  ///
  /// - Returns: which files are not remembered, and how many lines the memory has.
  func fill(_ hashes: inout [UInt8], of files: OutsideFiles) -> (unknown: [Int], lines: Int) {
    let index = Self.index(of: files, pseudonyms)
    var isKnown = [Bool](repeating: false, count: files.count)
    var lines = 0
    HashMemoryLine.forEach(in: file) { line in
      lines += 1
      guard let place = index(line.name) else { return }
      // The last line of a file holds, also where it says that the others are outdated.
      isKnown[place] = files.stamp(place) == line.stamp
      if isKnown[place] { line.forEachByte { hashes[place * 32 + $0] = $1 } }
    }
    return (isKnown.indices.filter { !isKnown[$0] }, lines)
  }

  /// Finds files by what they are called in the memory.
  private static func index(
    of files: OutsideFiles, _ pseudonyms: Pseudonyms
  ) -> (UnsafeBufferPointer<UInt8>) -> Int? {
    guard pseudonyms.areUsed else { return files.index }
    var names = PackedStrings()
    for index in 0..<files.count { names.append(pseudonyms.name(of: files.path(index), .source)) }
    let (packed, order) = (names, names.sorted())
    return { packed.position(of: $0, in: order).map { Int(order[$0]) } }
  }

  /// Remembers a hash for those who come later; it is on the disk after `flush()` at the latest.
  public func record(_ sha256: String, of path: String, _ stamp: ContentStamp) throws {
    // A line break in a name would forge a line.
    let path = pseudonyms.name(of: path, .source)
    guard !path.utf8.contains(UInt8(ascii: "\n")) else { return }
    let isFull = lines.withLock { lines in
      lines.append(contentsOf: Self.line(sha256, path, stamp).utf8)
      return lines.count >= Self.flushLength
    }
    if isFull { try flush() }
  }

  /// Appends what is new to the file.
  ///
  /// Throws `IchorError(.cannotCreate)`.
  public func flush() throws {
    removePlainFile()
    try lines.withLock { lines in
      if lines.isEmpty { return }
      try DurableFile.createFolder(file.deletingLastPathComponent())
      let descriptor = open(file.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
      let written = lines.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      let error = SystemCallError.last("write")
      if descriptor >= 0 { close(descriptor) }
      guard written == lines.count else {
        throw IchorError(
          .cannotCreate, code: "file-write", "\(file.path) cannot be written",
          remedy: "Check that its folder may be written and has room", cause: error)
      }
      lines.removeAll(keepingCapacity: true)
    }
  }

  private func removePlainFile() {
    if pseudonyms.areUsed { unlink(plainFile.path) }
  }

  /// Forgets everything but these files.
  ///
  /// Throws `IchorError(.cannotCreate)`.
  func replace(by files: OutsideFiles, _ hashes: [UInt8]) throws {
    removePlainFile()
    try lines.withLock { lines in
      defer { lines.removeAll() }
      try DurableFile.write(to: file) { writer in
        lines.removeAll(keepingCapacity: true)
        for index in 0..<files.count {
          let path = pseudonyms.name(of: files.path(index), .source)
          if path.utf8.contains(UInt8(ascii: "\n")) { continue }
          let hash = SHA256Digest.text(hashes[index * 32..<index * 32 + 32])
          lines.append(contentsOf: Self.line(hash, path, files.stamp(index)).utf8)
          // Not all at once: a million lines are 100 MB.
          if lines.count >= Self.flushLength {
            try writer.append(lines)
            lines.removeAll(keepingCapacity: true)
          }
        }
        try writer.append(lines)
      }
    }
  }

  private static func line(_ hash: String, _ name: String, _ stamp: ContentStamp) -> String {
    "\(hash)\t\(stamp.bytes)\t\(stamp.modified)\t\(name)\n"
  }
}
