import Foundation
import OperatingSystem
import Synchronization

/// A file outside the artifacts.
struct OutsideFile: Sendable {
  /// Relative to the folder; empty for a single file.
  let path: String
  let stamp: ContentStamp
  /// Its SHA-256, where it is known.
  var sha256: String?

  /// What it is without a look into it, as the hash of all stamps takes it.
  var line: String { "\(path)\t\(stamp.bytes)\t\(stamp.modified)\n" }
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

  /// The SHA-256 of each file: those that are known, and those of the files whose is not.
  func hashes(of files: [OutsideFile], _ checkpoint: () throws -> Void) throws -> [String] {
    let unknown = files.indices.filter { files[$0].sha256 == nil }
    if unknown.isEmpty { return files.compactMap(\.sha256) }
    let next = Atomic(0)
    let made = Mutex<[Int: String]>([:])
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
          let hash = try hash(file)
          made.withLock { $0[unknown[turn]] = hash }
          try memory?.record(hash, of: file.path, file.stamp)
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    let hashes = made.withLock { $0 }
    return files.indices.compactMap { files[$0].sha256 ?? hashes[$0] }
  }

  private func hash(_ file: OutsideFile) throws -> String {
    if file.path.isEmpty { return try ContentHash.sha256(contentsOf: root) }
    return try ContentHash.sha256(
      contentsOf: root.appendingPathComponent(file.path),
      at: pseudonyms.location(of: file.path, in: root))
  }
}
