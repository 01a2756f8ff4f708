import Diagnostics
import Foundation
import PipelineContract
import Synchronization

/// Reads PNGs out of the shards of a published artifact; any number of threads at once.
public final class ShardReader: Sendable {
  private struct Key: Hashable {
    let size: Int
    let shard: Int
  }

  /// An open file, closed when the last reader lets go of it.
  private final class OpenFile: Sendable {
    let descriptor: Int32
    init(descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }
  }

  /// More open files than this are not kept; far below the usual limit of 1024 a process.
  private static let openLimit = 256

  private let artifact: URL
  private let files = Mutex<[Key: OpenFile]>([:])

  /// - Parameter artifact: the folder of a `convert` artifact.
  public init(artifact: URL) { self.artifact = artifact }

  /// Reads a slice's PNG into the beginning of `buffer`, which grows where it is too short.
  ///
  /// - Returns: the PNG's length; what follows it in the buffer is of no meaning.
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
    var done = 0
    while done < extent.length {
      let count = buffer.withUnsafeMutableBytes { bytes in
        bytes.baseAddress.map {
          pread(file.descriptor, $0 + done, extent.length - done, off_t(extent.offset + done))
        } ?? 0
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw damaged(size, shard, "an extent behind its end") }
      done += count
    }
    return extent.length
  }

  /// No PNG of ours is longer; keeps a damaged index from asking for all the memory.
  private static let lengthLimit = 64 << 20

  private func path(_ size: Int, _ shard: Int) -> String {
    artifact.appendingPathComponent(ArtifactLayout.Convert.shard(size: size, number: shard)).path
  }

  private func open(_ key: Key) throws -> OpenFile {
    if let file = files.withLock({ $0[key] }) { return file }
    let path = path(key.size, key.shard)
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw IchorError(
        .inputMissing, code: "shard-missing",
        "the shard can't be opened: \(String(cString: strerror(errno)))",
        remedy: "Convert the collection again.", at: path)
    }
    let file = OpenFile(descriptor: descriptor)
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
