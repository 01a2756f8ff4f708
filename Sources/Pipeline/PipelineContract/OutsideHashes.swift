import Diagnostics
import DurableFiles
import ExternalSorting
import Foundation
import Synchronization

/// Hashes files and folders outside the artifacts, and remembers each file's hash by its size and
/// time of change, so that the second look costs one `stat` a file.
///
/// Memory does not grow with the number of files: what is more than some MiB is sorted in scratch files.
package struct OutsideHashes: Sendable {
  /// Files that are looked at together, and the unknown among them hashed by all processors.
  private static let chunk = 1024

  private let layout: ArtifactLayout
  private let recordsNewHashes: Bool
  private let pseudonyms: Pseudonyms
  private let scratch: ScratchFolder

  /// - Parameters:
  ///   - recordsNewHashes: whether to keep what was hashed; `plan` and `status` do not, as they change
  ///     nothing on the disk.
  ///   - pseudonyms: what files are called in the memory and in errors.
  package init(layout: ArtifactLayout, recordsNewHashes: Bool, pseudonyms: Pseudonyms = .none) {
    self.layout = layout
    self.recordsNewHashes = recordsNewHashes
    self.pseudonyms = pseudonyms
    scratch = ScratchFolder(layout.cache, creates: recordsNewHashes)
  }

  /// A file's hash is its SHA-256; a folder's the SHA-256 over the lines
  /// `PATH TAB BYTES TAB SHA256 NEWLINE` of its files, sorted by relative path.
  ///
  /// Files that are not remembered are read by all processors.
  ///
  /// Throws `IchorError(.inputMissing)` where there is nothing at `path`.
  package func input(key: String, path: URL, checkpoint: () throws -> Void = {}) throws
    -> Manifest.Input
  {
    let found = try Found(key: key, path: path)
    let memory = HashMemory(of: found.path, in: layout, pseudonyms: pseudonyms)
    let remembered = try memory.remembered(scratch: scratch)
    let files = try list(found, remembered, checkpoint)
    // Also after an interruption: what was hashed by then is remembered.
    defer { if recordsNewHashes { try? memory.flush() } }
    // Lines of files that changed or went pile up.
    let isCrowded = remembered.lines > files.count + files.count / 4 + 1024
    let kept = recordsNewHashes && isCrowded ? RecordSpool(in: scratch) : nil
    let digest = SHA256Digest()
    var only: [UInt8] = []
    while let chunk = try Self.chunk(of: files) {
      try checkpoint()
      let digests = try digests(of: chunk, found, recordsNewHashes ? memory : nil, checkpoint)
      for (file, hash) in zip(chunk, digests) {
        let text = SHA256Digest.text(hash[...])
        digest.update(file.path)
        digest.update("\t\(file.stamp.bytes)\t\(text)\n")
        only = hash
        if let kept, var line = memory.line(text, of: file.path, file.stamp) {
          try line.withUTF8 { try kept.append(UnsafeRawBufferPointer($0)) }
        }
      }
    }
    if let kept { try memory.replace(by: kept) }
    return found.input(
      files, sha256: found.isFolder ? digest.finish() : SHA256Digest.text(only[...]))
  }

  /// The same with a stamp in place of the hash: it says whether any size, time or name changed,
  /// without reading a file.
  package func stamp(key: String, path: URL, checkpoint: () throws -> Void = {}) throws
    -> Manifest.Input
  {
    let found = try Found(key: key, path: path)
    let files = try list(found, nil, checkpoint)
    let digest = SHA256Digest()
    while let file = try files.next() {
      digest.update(file.path)
      digest.update("\t\(file.stamp.bytes)\t\(file.stamp.modified)\n")
    }
    return found.input(files, sha256: digest.finish())
  }

  /// What is at a path.
  private struct Found {
    let key: String
    let path: URL
    let status: stat
    var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }

    init(key: String, path: URL) throws {
      self.key = key
      self.path = path.resolvingSymlinksInPath()
      var status = stat()
      guard stat(self.path.path, &status) == 0 else {
        throw IchorError(
          .inputMissing, code: "data-missing", "There is nothing at \(self.path.path)",
          remedy: "Correct \(key) in pipeline.yaml or with --set", at: key,
          cause: SystemCallError.last("stat"))
      }
      self.status = status
    }

    /// SHA-256 of a file, 32 bytes.
    func digest(_ file: OutsideFile, _ pseudonyms: Pseudonyms) throws -> [UInt8] {
      guard isFolder else { return try ContentHash.digest(contentsOf: path) }
      return try ContentHash.digest(
        contentsOf: path.appendingPathComponent(file.path),
        at: pseudonyms.location(of: file.path, in: path))
    }

    func input(_ files: OutsideFiles, sha256: String) -> Manifest.Input {
      Manifest.Input(
        key: key, path: path.path, sha256: sha256, bytes: files.bytes, files: files.count)
    }
  }

  private func list(
    _ found: Found, _ remembered: RememberedHashes?, _ checkpoint: () throws -> Void
  ) throws -> OutsideFiles {
    found.isFolder
      ? try OutsideFiles(
        in: found.path, pseudonyms, remembered: remembered, scratch: scratch,
        checkpoint: checkpoint)
      : try OutsideFiles(
        single: found.status, pseudonyms, remembered: remembered, scratch: scratch)
  }

  /// The next files, `nil` behind the last.
  private static func chunk(of files: OutsideFiles) throws -> [OutsideFile]? {
    var chunk: [OutsideFile] = []
    while chunk.count < Self.chunk, let file = try files.next() { chunk.append(file) }
    return chunk.isEmpty ? nil : chunk
  }

  /// The 32 bytes of each file: those that are remembered, and those of the files that are not.
  private func digests(
    of files: [OutsideFile], _ found: Found, _ memory: HashMemory?, _ checkpoint: () throws -> Void
  ) throws -> [[UInt8]] {
    let unknown = files.indices.filter { files[$0].digest == nil }
    if unknown.isEmpty { return files.map { $0.digest ?? [] } }
    let next = Atomic(0)
    let made = Mutex<[Int: [UInt8]]>([:])
    let failure = Mutex<(any Error)?>(nil)
    // No thread outlives this call, and `checkpoint` is only asked by one at a time.
    nonisolated(unsafe) let checkpoint = checkpoint
    let threads = min(unknown.count, ProcessInfo.processInfo.activeProcessorCount)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while true {
        let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard turn < unknown.count, failure.withLock({ $0 == nil }) else { return }
        let file = files[unknown[turn]]
        do {
          try failure.withLock { _ in try checkpoint() }
          let digest = try found.digest(file, pseudonyms)
          made.withLock { $0[unknown[turn]] = digest }
          try memory?.record(SHA256Digest.text(digest[...]), of: file.path, file.stamp)
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    let digests = made.withLock { $0 }
    return files.indices.map { files[$0].digest ?? digests[$0] ?? [] }
  }
}
