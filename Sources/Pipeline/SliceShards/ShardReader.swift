import Deflation
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
  /// - Throws: `IchorError`: `.inputMissing` without the shard, `.badData` where it ends too soon or
  ///   its bytes are not those of the index, `.inputOutput` where the disk fails.
  @discardableResult
  public func read(
    _ extent: SliceExtent, size: Int, shard: Int, into buffer: inout [UInt8]
  ) throws -> Int {
    let file = try open(Key(size: size, shard: shard))
    guard extent.offset >= 0, (0...Self.lengthLimit).contains(extent.length) else {
      throw damaged(size, shard, "the index gives an extent that no slice has")
    }
    if buffer.count < extent.length {
      buffer.append(contentsOf: repeatElement(0, count: extent.length - buffer.count))
    }
    do {
      try buffer.withUnsafeMutableBytes {
        let place = UnsafeMutableRawBufferPointer(rebasing: $0[..<extent.length])
        guard try file.read(into: place, at: extent.offset) == extent.length else {
          throw damaged(size, shard, "the index gives an extent past the end of the shard")
        }
        guard CRC32(of: UnsafeRawBufferPointer(place)).value == extent.crc32 else {
          throw damaged(
            size, shard,
            "the \(extent.length) bytes at \(extent.offset) are not those that were written there")
        }
      }
    } catch let error as SystemCallError {
      throw IchorError(reading: path(size, shard), error)
    }
    return extent.length
  }

  /// No PNG of ours is longer; keeps a damaged index from asking for all of the memory.
  private static let lengthLimit = 64 << 20

  /// Where a shard is, for errors.
  package func shard(_ number: Int, size: Int) -> String { path(size, number) }

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
      guard IchorError.Kind(reading: error) == .inputMissing else {
        throw IchorError(reading: path, error)
      }
      throw IchorError(
        .inputMissing, code: "shard-missing", "the shard can't be opened: \(error.reason)",
        remedy: Self.remedy, at: path)
    }
    files.withLock { files in
      if files.count >= Self.openLimit, let other = files.keys.first { files[other] = nil }
      files[key] = file
    }
    return file
  }

  private static let remedy =
    "Run “./ichor verify convert --repair” and then “./ichor run”, which makes the shard again."

  private func damaged(_ size: Int, _ shard: Int, _ what: String) -> IchorError {
    IchorError(
      .badData, code: "shard-damaged", what, remedy: Self.remedy, at: path(size, shard))
  }
}
