import DurableFiles
import Diagnostics
import Foundation
import Synchronization

/// Hashes files and folders outside the artifacts, and remembers each file's hash by its size and
/// time of change, so that the second look costs one `stat` a file.
public struct OutsideHashes: Sendable {
  private let layout: ArtifactLayout
  private let recordsNewHashes: Bool
  private let pseudonyms: Pseudonyms

  /// - Parameters:
  ///   - recordsNewHashes: whether to keep what was hashed; `plan` and `status` do not, as they change
  ///     nothing on the disk.
  ///   - pseudonyms: what files are called in the memory and in errors.
  public init(layout: ArtifactLayout, recordsNewHashes: Bool, pseudonyms: Pseudonyms = .none) {
    self.layout = layout
    self.recordsNewHashes = recordsNewHashes
    self.pseudonyms = pseudonyms
  }

  /// A file's hash is its SHA-256; a folder's the SHA-256 over the lines
  /// `PATH TAB BYTES TAB SHA256 NEWLINE` of its files, sorted by relative path.
  ///
  /// Files that are not remembered are read by all processors.
  ///
  /// Throws `IchorError(.inputMissing)` where there is nothing at `path`.
  public func input(key: String, path: URL, checkpoint: () throws -> Void = {}) throws
    -> Manifest.Input
  {
    let found = try Found(key: key, path: path, pseudonyms, checkpoint: checkpoint)
    let memory = HashMemory(of: found.path, in: layout, pseudonyms: pseudonyms)
    let files = found.files
    var hashes = [UInt8](repeating: 0, count: 32 * files.count)
    let (unknown, lines) = memory.fill(&hashes, of: files)
    // Also after an interruption: what was hashed by then is remembered.
    defer { if recordsNewHashes, !unknown.isEmpty { try? memory.flush() } }
    try hashes.withUnsafeMutableBufferPointer {
      try Self.hash(
        unknown, found, into: $0, memory: recordsNewHashes ? memory : nil, checkpoint: checkpoint)
    }
    // Lines of files that changed or went pile up.
    if recordsNewHashes, lines > files.count + files.count / 4 + 1024 {
      try memory.replace(by: files, hashes)
    }
    return found.input(sha256: found.isFolder ? Self.digest(files, hashes) : Self.text(hashes))
  }

  /// The same with a stamp in place of the hash: it says whether any size, time or name changed,
  /// without reading a file.
  public func stamp(key: String, path: URL, checkpoint: () throws -> Void = {}) throws
    -> Manifest.Input
  {
    let found = try Found(key: key, path: path, pseudonyms, checkpoint: checkpoint)
    let digest = SHA256Digest()
    for index in 0..<found.files.count {
      let stamp = found.files.stamp(index)
      found.files.withPath(index) { digest.update(UnsafeRawBufferPointer($0)) }
      digest.update("\t\(stamp.bytes)\t\(stamp.modified)\n")
    }
    return found.input(sha256: digest.finish())
  }

  /// What is at a path.
  private struct Found {
    let key: String
    let path: URL
    let isFolder: Bool
    let files: OutsideFiles
    private let pseudonyms: Pseudonyms

    init(
      key: String, path: URL, _ pseudonyms: Pseudonyms, checkpoint: () throws -> Void
    ) throws {
      self.key = key
      self.pseudonyms = pseudonyms
      self.path = path.resolvingSymlinksInPath()
      var status = stat()
      guard stat(self.path.path, &status) == 0 else {
        throw IchorError(
          .inputMissing, code: "data-missing", "There is nothing at \(self.path.path)",
          remedy: "Correct \(key) in pipeline.yaml or with --set", at: key,
          cause: SystemCallError.last("stat"))
      }
      isFolder = status.st_mode & S_IFMT == S_IFDIR
      files =
        isFolder
        ? try OutsideFiles(in: self.path, pseudonyms: pseudonyms, checkpoint: checkpoint)
        : OutsideFiles(single: status)
    }

    /// SHA-256 of a file, 32 bytes.
    func digest(_ index: Int) throws -> [UInt8] {
      guard isFolder else { return try ContentHash.digest(contentsOf: path) }
      let file = files.path(index)
      return try ContentHash.digest(
        contentsOf: path.appendingPathComponent(file),
        at: pseudonyms.location(of: file, in: path))
    }

    func input(sha256: String) -> Manifest.Input {
      Manifest.Input(
        key: key, path: path.path, sha256: sha256, bytes: files.bytes, files: files.count)
    }
  }

  private static func digest(_ files: OutsideFiles, _ hashes: [UInt8]) -> String {
    let digest = SHA256Digest()
    for index in 0..<files.count {
      files.withPath(index) { digest.update(UnsafeRawBufferPointer($0)) }
      let hash = SHA256Digest.text(hashes[index * 32..<index * 32 + 32])
      digest.update("\t\(files.stamp(index).bytes)\t\(hash)\n")
    }
    return digest.finish()
  }

  private static func text(_ hashes: [UInt8]) -> String { SHA256Digest.text(hashes[...]) }

  /// Fills 32 bytes for each of the files.
  private static func hash(
    _ unknown: [Int], _ found: Found, into hashes: UnsafeMutableBufferPointer<UInt8>,
    memory: HashMemory?, checkpoint: () throws -> Void
  ) throws {
    if unknown.isEmpty { return }
    let next = Atomic(0)
    let failure = Mutex<(any Error)?>(nil)
    // Each thread writes the bytes of its own files, and none outlives this call; `checkpoint` is
    // only asked by one at a time.
    nonisolated(unsafe) let hashes = hashes
    nonisolated(unsafe) let checkpoint = checkpoint
    let threads = min(unknown.count, ProcessInfo.processInfo.activeProcessorCount)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while true {
        let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard turn < unknown.count, failure.withLock({ $0 == nil }) else { return }
        let index = unknown[turn]
        do {
          try failure.withLock { _ in try checkpoint() }
          let digest = try found.digest(index)
          for (offset, byte) in digest.enumerated() { hashes[index * 32 + offset] = byte }
          try memory?.record(
            SHA256Digest.text(digest[...]), of: found.files.path(index), found.files.stamp(index))
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
