import Foundation
import OperatingSystem
import Synchronization

/// A file outside the artifacts.
struct OutsideFile: Sendable {
  /// Relative to the folder; empty for a single file.
  let path: String
  let stamp: ContentStamp
  /// The 32 bytes of its SHA-256, where they are known.
  var digest: [UInt8]?
}

/// Hashes the files of a folder, or a single one, on all processors.
struct FileHasher: Sendable {
  private let root: URL
  private let pseudonyms: Pseudonyms
  private let memory: HashMemory?

  /// - Parameter memory: receives each new hash.
  init(_ root: URL, _ pseudonyms: Pseudonyms, _ memory: HashMemory?) {
    self.root = root
    self.pseudonyms = pseudonyms
    self.memory = memory
  }

  /// The 32 bytes of each file's hash: the known ones as they are, the others computed.
  ///
  /// - Throws: `IchorError` where a file cannot be read or `memory` cannot be written; what
  ///   `checkpoint` throws.
  func digests(of files: [OutsideFile], _ checkpoint: () throws -> Void) throws -> [[UInt8]] {
    let unknown = files.indices.filter { files[$0].digest == nil }
    if unknown.isEmpty { return files.map { $0.digest ?? [] } }
    let next = Atomic(0)
    let made = Mutex<[Int: [UInt8]]>([:])
    let failure = Mutex<(any Error)?>(nil)
    // No thread outlives this call, and only one thread at a time calls `checkpoint`.
    nonisolated(unsafe) let checkpoint = checkpoint
    let threads = min(unknown.count, MachineLimits.processors)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while true {
        let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard turn < unknown.count, failure.withLock({ $0 == nil }) else { return }
        let file = files[unknown[turn]]
        do {
          try failure.withLock { _ in try checkpoint() }
          let digest = try digest(file)
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

  private func digest(_ file: OutsideFile) throws -> [UInt8] {
    if file.path.isEmpty { return try ContentHash.digest(contentsOf: root) }
    return try ContentHash.digest(
      contentsOf: root.appendingPathComponent(file.path),
      at: pseudonyms.location(of: file.path, in: root))
  }
}
