import Diagnostics
import Foundation
import OperatingSystem

/// The content of a file, or of all files below a folder, in one hash.
package struct HashedContent: Equatable, Sendable {
  package let sha256: String
  /// The sum of all sizes.
  package let bytes: Int
  package let files: Int
}

/// Hashes files and folders outside the artifacts, and remembers each file's hash by its size and
/// modification time, so that the second look costs one system call per file.
package struct OutsideHashing: Sendable {
  /// How many files are looked at together; the unknown ones among them are hashed on all
  /// processors.
  private static let chunk = 1024

  private let cache: URL
  private let recordsNewHashes: Bool
  private let pseudonyms: Pseudonyms

  /// - Parameters:
  ///   - cache: the folder of all memories.
  ///   - recordsNewHashes: whether to remember new hashes; if not, nothing on disk changes.
  ///   - pseudonyms: what files are called in the memory and in errors.
  package init(cache: URL, recordsNewHashes: Bool, pseudonyms: Pseudonyms = .none) {
    self.cache = cache
    self.recordsNewHashes = recordsNewHashes
    self.pseudonyms = pseudonyms
  }

  /// A file's hash is its SHA-256; a folder's is the SHA-256 of the lines
  /// `PATH TAB BYTES TAB SHA256 NEWLINE` of its files, sorted by relative path.
  ///
  /// Files that are not remembered are hashed on all processors.
  ///
  /// - Throws: `IchorError` where a file or folder cannot be read; what `checkpoint` throws.
  package func hash(of path: URL, checkpoint: () throws -> Void = {}) throws -> HashedContent {
    let path = path.resolvingSymlinksInPath()
    let memory = HashMemory(of: path, cache: cache, pseudonyms: pseudonyms)
    // Also after an interruption: what was hashed by then is remembered.
    defer { if recordsNewHashes { try? memory.flush() } }
    if let known = try memory.content(at: { try stamp(of: path, checkpoint: checkpoint).sha256 }) {
      return known
    }
    let (content, stamps, lines) = try hash(path, memory, checkpoint)
    if recordsNewHashes, (try? memory.flush()) != nil { memory.record(content, at: stamps) }
    // Lines of files that changed or were removed pile up.
    if recordsNewHashes, lines > content.files + content.files / 4 + 1024 {
      try forget(allBut: path, memory, checkpoint)
    }
    return content
  }

  /// - Returns: also what `stamp` gives for the same files, and how many lines the memory had.
  private func hash(
    _ path: URL, _ memory: HashMemory, _ checkpoint: () throws -> Void
  ) throws -> (HashedContent, stamps: String, lines: Int) {
    let remembered = memory.remembered()
    let hasher = FileHasher(path, pseudonyms, recordsNewHashes ? memory : nil)
    let digest = SHA256Digest()
    let stamps = SHA256Digest()
    var (bytes, files) = (0, 0)
    var only = ""
    var chunk: [OutsideFile] = []
    func finishChunk() throws {
      try checkpoint()
      for (file, hash) in zip(chunk, try hasher.hashes(of: chunk, checkpoint)) {
        digest.update("\(file.path)\t\(file.stamp.bytes)\t\(hash)\n")
        stamps.update(file.line)
        bytes &+= file.stamp.bytes
        only = hash
      }
      files += chunk.count
      chunk.removeAll(keepingCapacity: true)
    }
    try forEachFile(at: path, checkpoint) { file in
      var file = file
      if let known = remembered.hash(of: pseudonyms.name(of: file.path, .source)),
        known.stamp == file.stamp
      {
        file.sha256 = known.sha256
      }
      chunk.append(file)
      if chunk.count == Self.chunk { try finishChunk() }
    }
    try finishChunk()
    let sha256 = FileStatus(at: path.path)?.isFolder == true ? digest.finish() : only
    return (
      HashedContent(sha256: sha256, bytes: bytes, files: files), stamps.finish(), remembered.lines
    )
  }

  /// Keeps only the lines of files that still exist unchanged.
  private func forget(
    allBut path: URL, _ memory: HashMemory, _ checkpoint: () throws -> Void
  ) throws {
    try memory.flush()
    let remembered = memory.remembered()
    try memory.replace { keep in
      try forEachFile(at: path, checkpoint) { file in
        if let hash = remembered.hash(of: pseudonyms.name(of: file.path, .source)),
          hash.stamp == file.stamp
        {
          try keep(file.path, hash)
        }
      }
    }
  }

  /// The same with stamps in place of hashes, which tells whether any size, time or name changed
  /// without reading a file.
  ///
  /// - Throws: `IchorError` where a file or folder cannot be found or listed; what `checkpoint`
  ///   throws.
  package func stamp(of path: URL, checkpoint: () throws -> Void = {}) throws -> HashedContent {
    let digest = SHA256Digest()
    var (bytes, files) = (0, 0)
    try forEachFile(at: path.resolvingSymlinksInPath(), checkpoint) { file in
      digest.update(file.line)
      bytes &+= file.stamp.bytes
      files += 1
    }
    return HashedContent(sha256: digest.finish(), bytes: bytes, files: files)
  }

  /// The files below a folder in the order of their paths' bytes; a single file has no path.
  private func forEachFile(
    at path: URL, _ checkpoint: () throws -> Void, _ body: (OutsideFile) throws -> Void
  ) throws {
    guard let status = FileStatus(at: path.path) else {
      throw IchorError(reading: path.path, SystemCallError.last("stat"))
    }
    guard status.isFolder else {
      return try body(OutsideFile(path: "", stamp: ContentStamp(status)))
    }
    try FolderWalk(path, pseudonyms, stamps: true).forEachFile(checkpoint: checkpoint) {
      try body(OutsideFile(path: $0, stamp: $1 ?? ContentStamp(bytes: 0, modified: 0)))
    }
  }
}
