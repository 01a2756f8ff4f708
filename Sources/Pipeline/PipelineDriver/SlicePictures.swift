import Diagnostics
import Foundation
import PipelineContract

/// Takes a slice's PNGs out of the tar shards by the offsets in the index.
struct SlicePictures {
  private let fields: SliceRecord.Fields
  private let folder: URL
  private static let offsetPrefix = "offset_"
  private static let lengthPrefix = "length_"
  /// No picture of a slice is larger; a damaged index must not ask for the whole shard.
  private static let largestPicture = 64 << 20

  init(_ fields: SliceRecord.Fields, in folder: URL) {
    self.fields = fields
    self.folder = folder
  }

  func write(named id: String, to target: URL) throws -> [URL] {
    // An ID is data: it may name no other folder.
    let name = String(id.map { $0 == "/" || $0 == "\0" ? "_" : $0 })
    var written: [URL] = []
    for (column, _) in fields where column.hasPrefix(Self.offsetPrefix) {
      let size = String(column.dropFirst(Self.offsetPrefix.count))
      let file = target.appendingPathComponent("\(name)-\(size).png")
      let picture = try picture(size: size)
      do {
        try picture.write(to: file, options: .atomic)
      } catch {
        throw IchorError(
          IchorError.Kind(writing: error), code: "file-write", "\(file.path) cannot be written",
          remedy: "Give --extract a folder that may be written", cause: error)
      }
      written.append(file)
    }
    return written
  }

  private func picture(size: String) throws -> Data {
    let place = folder.appendingPathComponent(ArtifactLayout.Convert.slices).path
    guard let edge = Int(size), let shard = integer("shard"),
      let offset = integer(Self.offsetPrefix + size),
      let length = integer(Self.lengthPrefix + size),
      length <= Self.largestPicture
    else {
      throw IchorError(
        .badData, code: "index-malformed", "The slice's shard, offset or length is not a number",
        remedy: "Convert again: ./ichor run convert --force", at: place)
    }
    let file = folder.appendingPathComponent(
      ArtifactLayout.Convert.shard(size: edge, number: shard))
    let handle: FileHandle
    let data: Data?
    do {
      handle = try FileHandle(forReadingFrom: file)
      defer { try? handle.close() }
      try handle.seek(toOffset: UInt64(offset))
      data = try handle.read(upToCount: length)
    } catch {
      throw IchorError(
        IchorError.Kind(reading: error), code: "shard-unreadable",
        "The shard of the slice cannot be read",
        remedy: "Convert again: ./ichor run convert --force", at: file.path, cause: error)
    }
    let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    guard let data, data.count == length, data.starts(with: signature) else {
      throw IchorError(
        .badData, code: "index-malformed", "The index points at something that is not a PNG",
        remedy: "Convert again: ./ichor run convert --force", at: file.path)
    }
    return data
  }

  /// A number of 0 and up.
  private func integer(_ column: String) -> Int? {
    fields.first { $0.name == column }.flatMap { Int($0.value) }.flatMap { $0 >= 0 ? $0 : nil }
  }
}
