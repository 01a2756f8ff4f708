import Diagnostics
import Foundation
import Synchronization

/// What is remembered of the content of files outside the artifacts, by size and time of change.
///
/// Lines `SHA256 TAB BYTES TAB MODIFIED TAB PATH` in the cache, one a file; of several for one path the
/// last holds, and a line that is not one is passed over. Any number of threads at once.
public final class HashMemory: Sendable {
  /// Lines are appended to the file when there are so many bytes of them.
  private static let flushLength = 1 << 18

  let file: URL
  /// Read when it is first asked for.
  private let table = Mutex<HashTable?>(nil)
  /// Lines that are not in the file yet.
  private let lines = Mutex<[UInt8]>([])

  /// What is remembered of the files below a folder, or of one file.
  public init(of path: URL, in layout: ArtifactLayout) {
    let path = path.resolvingSymlinksInPath().path
    let name = ContentHash.sha256(of: Data(path.utf8)).prefix(16)
    file = layout.cache.appendingPathComponent("outside-\(name).tsv")
  }

  /// How many lines the file had when it was read.
  var lineCount: Int { known.lineCount }

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
    return path.withUTF8 { hash(of: $0, stamp) }.map { SHA256Digest.text($0) }
  }

  /// The same as 32 bytes.
  func hash(of path: UnsafeBufferPointer<UInt8>, _ stamp: ContentStamp) -> ArraySlice<UInt8>? {
    known.hash(of: path, stamp)
  }

  /// Remembers a hash for those who come later; it is on the disk after `flush()` at the latest.
  public func record(_ sha256: String, of path: String, _ stamp: ContentStamp) throws {
    // A line break in a name would forge a line.
    guard !path.utf8.contains(UInt8(ascii: "\n")) else { return }
    let isFull = lines.withLock { lines in
      lines.append(contentsOf: "\(sha256)\t\(stamp.bytes)\t\(stamp.modified)\t\(path)\n".utf8)
      return lines.count >= Self.flushLength
    }
    if isFull { try flush() }
  }

  /// Appends what is new to the file.
  ///
  /// Throws `IchorError(.cannotCreate)`.
  public func flush() throws {
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

  /// Forgets everything but these files.
  ///
  /// Throws `IchorError(.cannotCreate)`.
  func replace(by files: OutsideFiles, _ hashes: [UInt8]) throws {
    var data = Data()
    for index in 0..<files.count where !files.path(index).utf8.contains(UInt8(ascii: "\n")) {
      let stamp = files.stamp(index)
      let hash = SHA256Digest.text(hashes[index * 32..<index * 32 + 32])
      data.append(
        contentsOf: "\(hash)\t\(stamp.bytes)\t\(stamp.modified)\t\(files.path(index))\n".utf8)
    }
    try lines.withLock { lines in
      try DurableFile.write(data, to: file)
      lines.removeAll()
    }
  }
}
