import ArtifactTables
import ContentHashing
import Diagnostics
import Foundation
import Logging
import PipelineContract

/// Takes over shards of the artifact published before whose files have not changed.
///
/// The table is read along with the shards, whose numbers have to ascend: a shard's rows are in memory
/// while it is asked for.
final class PublishedShards {
  private let artifact: URL
  /// SHA-256 by path, according to its manifest.
  private let manifested: [String: String]
  private let quirks: PublishedQuirks
  private let table: SliceTableReader
  private var shard = -1
  private var rows: [SliceRow] = []
  /// The first row of a later shard.
  private var ahead: SliceRow?

  /// `nil` where the artifact can't be read, has other sizes, or its tables are not those that its
  /// manifest speaks of: then nothing is taken over.
  init?(artifact: URL, sizes: [Int], logger: Logger) {
    let slices = artifact.appendingPathComponent(ArtifactLayout.Convert.slices)
    guard
      let manifest = try? CanonicalJSON.read(
        Manifest.self, from: artifact.appendingPathComponent(ArtifactLayout.manifest))
    else { return nil }
    self.artifact = artifact
    manifested = Dictionary(
      manifest.outputs.map { ($0.path, $0.sha256) }, uniquingKeysWith: { first, _ in first })
    for name in [ArtifactLayout.Convert.slices, ArtifactLayout.Convert.quirks]
    where !Self.isWhole(name, in: artifact, manifested) {
      logger.warning(
        "the earlier artifact is damaged: nothing of it is taken over",
        metadata: ["file": "\(artifact.appendingPathComponent(name).path)"])
      return nil
    }
    guard let table = try? SliceTableReader(file: slices), table.sizes == sizes,
      let quirks = PublishedQuirks(artifact: artifact)
    else { return nil }
    self.quirks = quirks
    self.table = table
  }

  /// Whether a file is what the manifest says.
  private static func isWhole(_ path: String, in artifact: URL, _ hashes: [String: String]) -> Bool
  {
    hashes[path] != nil
      && hashes[path]
        == (try? ContentHash.sha256(contentsOf: artifact.appendingPathComponent(path)))
  }

  /// The rows of a shard; none where the table can't be read any further.
  private func rows(of number: Int) -> [SliceRow] {
    precondition(number >= shard, "shards are asked for in their order")
    if number == shard { return rows }
    shard = number
    rows = []
    if let row = ahead, row.shard == number { rows.append(row) }
    if let row = ahead, row.shard > number { return rows }
    ahead = nil
    while let row = try? table.next() {
      if row.shard > number {
        ahead = row
        break
      }
      if row.shard == number { rows.append(row) }
    }
    return rows
  }

  /// Whether the shard had just these files; those that were left out count too.
  func mayHold(_ number: Int, _ files: [CollectionFile]) -> Bool {
    let rows = rows(of: number)
    let kept = Set(rows.map(\.source))
    return !rows.isEmpty && kept.count == rows.count
      && kept.isSubset(of: Set(files.map(\.source)))
      && files.allSatisfy { file in
        kept.contains(file.source)
          || quirks.rows(of: file.source).contains { $0.action == .excluded }
      }
  }

  /// Links the shard into the staging folder if every file still has the content it was made from.
  ///
  /// A file that was left out is converted again, which ends early: the shard is as it was only if
  /// the file is left out again.
  func takeOver(
    _ number: Int, _ files: [CollectionFile], into staging: ShardStaging,
    _ converters: [SliceConverter], _ context: JobContext
  ) throws -> ShardStaging.Rows? {
    let rows = rows(of: number)
    let hashes = Dictionary(
      rows.map { ($0.source, $0.sha256) }, uniquingKeysWith: { first, _ in first })
    guard let root = converters.first?.root else { return nil }
    var isEqual = true
    var again: [QuirkRow] = []
    var pieces = files.makeIterator()
    try OrderedWork.run(
      workers: converters, next: { pieces.next() },
      work: { converter, file -> QuirkRow?? in
        try context.cancellation.checkpoint()
        if let hash = hashes[file.source] {
          let now = try SourceFile.sha256(file, in: root, converter.memory, converter.pseudonyms)
          return now == hash ? .some(nil) : nil
        }
        guard case .excluded(let quirk) = try converter.convert(file) else { return nil }
        return quirk
      },
      take: { _, verdict in
        guard let verdict else {
          isEqual = false
          return
        }
        if let verdict { again.append(verdict) }
      })
    guard isEqual else { return nil }
    let names = staging.sizes.map { ArtifactLayout.Convert.shard(size: $0, number: number) }
    if let name = names.first(where: { !Self.isWhole($0, in: artifact, manifested) }) {
      context.logger.warning(
        "a shard of the earlier artifact is damaged and is made again",
        metadata: ["file": "\(artifact.appendingPathComponent(name).path)"])
      return nil
    }
    for (size, name) in zip(staging.sizes, names) {
      try Self.link(artifact.appendingPathComponent(name), staging.unfinished(size, number))
    }
    let odd = files.flatMap { quirks.rows(of: $0.source) }.filter { $0.action != .excluded }
    let result = ShardStaging.Rows(slices: rows, quirks: odd + again)
    try staging.publish(number, result)
    return result
  }

  /// A hard link where the file system has them, a copy elsewhere. A published file never changes.
  private static func link(_ source: URL, _ target: URL) throws {
    unlink(target.path)
    if Foundation.link(source.path, target.path) == 0 { return }
    do {
      try FileManager.default.copyItem(at: source, to: target)
    } catch {
      throw IchorError(
        IchorError.Kind(writing: error), code: "shard-copy",
        "a shard of the earlier artifact can't be taken over",
        remedy: "Run again with --force, which starts anew.", at: source.path, cause: error)
    }
  }
}
