import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract
import Synchronization

/// Reads PNGs out of the shards of a published artifact; any number of threads at once.
public final class ShardReader: Sendable {
  private struct Key: Hashable {
    let size: Int
    let shard: Int
  }

  /// More open files than this are not kept; far below the usual limit of 1024 per process.
  private static let openLimit = 256

  private let artifact: URL
  /// Each is closed when the last reader lets go of it.
  private let files = Mutex<[Key: OpenFile]>([:])

  /// - Parameter artifact: the folder of a `convert` artifact.
  public init(artifact: URL) { self.artifact = artifact }

  /// Reads a slice's PNG into the beginning of `buffer`, which grows where it is too short.
  ///
  /// - Returns: the PNG's length; what follows it in the buffer means nothing.
  /// - Throws: `IchorError`: `.inputMissing` without the shard, `.badData` where it ends too soon.
  @discardableResult
  public func read(
    _ extent: SliceExtent, size: Int, shard: Int, into buffer: inout [UInt8]
  ) throws -> Int {
    let file = try open(Key(size: size, shard: shard))
    guard extent.offset >= 0, (0...Self.lengthLimit).contains(extent.length) else {
      throw damaged(size, shard, "an extent that no slice has")
    }
    if buffer.count < extent.length {
      buffer.append(contentsOf: repeatElement(0, count: extent.length - buffer.count))
    }
    do {
      let count = try buffer.withUnsafeMutableBytes {
        try file.read(
          into: UnsafeMutableRawBufferPointer(rebasing: $0[..<extent.length]), at: extent.offset)
      }
      guard count == extent.length else { throw damaged(size, shard, "an extent past the end") }
    } catch let error as SystemCallError {
      throw IchorError(reading: path(size, shard), error)
    }
    return extent.length
  }

  /// No PNG of ours is longer; keeps a damaged index from asking for all of the memory.
  private static let lengthLimit = 64 << 20

  private func path(_ size: Int, _ shard: Int) -> String {
    artifact.appendingPathComponent(ArtifactLayout.Convert.shard(size: size, number: shard)).path
  }

  private func open(_ key: Key) throws -> OpenFile {
    if let file = files.withLock({ $0[key] }) { return file }
    let path = path(key.size, key.shard)
    let file: OpenFile
    do {
      file = try OpenFile(path, O_RDONLY)
    } catch {
      throw IchorError(
        IchorError.Kind(reading: error), code: "shard-missing",
        "the shard can't be opened: \(error.reason)", remedy: "Convert the collection again.",
        at: path)
    }
    files.withLock { files in
      if files.count >= Self.openLimit, let other = files.keys.first { files[other] = nil }
      files[key] = file
    }
    return file
  }

  private func damaged(_ size: Int, _ shard: Int, _ what: String) -> IchorError {
    IchorError(
      .badData, code: "shard-damaged", "the index gives \(what) of the shard",
      remedy: "Convert the collection again.", at: path(size, shard))
  }
}
