import ArtifactTables
import Diagnostics
import Foundation
import SliceShards

/// Takes a slice's PNGs out of the tar shards.
struct SlicePictures {
  private let row: SliceRow
  private let sizes: [Int]
  private let artifact: URL

  /// - Parameters:
  ///   - sizes: those of the table that the row comes from.
  ///   - artifact: the conversion.
  init(_ row: SliceRow, sizes: [Int], in artifact: URL) {
    self.row = row
    self.sizes = sizes
    self.artifact = artifact
  }

  /// Writes the picture of each size as `ID-SIZE.png`.
  ///
  /// - Throws: `IchorError`: `.inputMissing` without the shard, `.badData` where the index points at
  ///   something other than a picture, `.cannotCreate` where the folder may not be written to,
  ///   `.inputOutput` where the disk fails.
  func write(to target: URL) throws -> [URL] {
    // An ID comes from outside: it must not name another folder.
    let name = String(row.id.map { $0 == "/" || $0 == "\0" ? "_" : $0 })
    let reader = ShardReader(artifact: artifact)
    return try sizes.map { size in
      let picture = try reader.png(of: row, size: size, in: sizes)
      let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
      guard picture.starts(with: signature) else {
        throw IchorError(
          .badData, code: "index-malformed",
          "The index points at something that is not a PNG of \(row.id)",
          remedy: "Convert again with “./ichor run convert --force”.", at: artifact.path)
      }
      let file = target.appendingPathComponent("\(name)-\(size).png")
      do {
        try Data(picture).write(to: file, options: .atomic)
      } catch {
        throw IchorError(
          IchorError.Kind(writing: error), code: "file-write", "\(file.path) cannot be written",
          remedy: "Give --extract a folder that may be written to.", cause: error)
      }
      return file
    }
  }
}
