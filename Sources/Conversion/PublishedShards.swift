import Diagnostics
import Foundation
import PipelineContract
import SliceShards

/// Takes over shards of the artifact published before whose files have not changed.
struct PublishedShards {
  private let artifact: URL
  private var slices: [Int: [SliceRow]] = [:]
  private var quirks: [String: [QuirkRow]] = [:]

  /// `nil` where the artifact can't be read or has other sizes: then nothing is taken over.
  init?(artifact: URL, sizes: [Int]) {
    guard let table = try? SliceTable(artifact: artifact), table.sizes == sizes,
      let quirks = try? QuirkTable.read(artifact: artifact)
    else { return nil }
    self.artifact = artifact
    slices = Dictionary(grouping: table.rows, by: \.shard)
    self.quirks = Dictionary(grouping: quirks, by: \.file)
  }

  /// Whether the shard had just these files; those that were left out count too.
  func mayHold(_ number: Int, _ files: [CollectionScan.Slice]) -> Bool {
    guard let rows = slices[number] else { return false }
    let kept = Set(rows.map(\.source))
    return kept.count == rows.count && kept.isSubset(of: Set(files.map(\.file)))
      && files.allSatisfy { kept.contains($0.file) || wasExcluded($0.file) }
  }

  private func wasExcluded(_ file: String) -> Bool {
    quirks[file]?.contains { $0.action == .excluded } ?? false
  }

  /// Links the shard into the staging folder if every file still has the content it was made from.
  ///
  /// A file that was left out is converted again, which ends early: only if it is left out again, the
  /// shard is as it was.
  func takeOver(
    _ number: Int, _ files: [CollectionScan.Slice], into staging: ShardStaging,
    _ converters: [SliceConverter], _ context: JobContext
  ) throws -> ShardStaging.Rows? {
    let rows = slices[number] ?? []
    let hashes = Dictionary(uniqueKeysWithValues: rows.map { ($0.source, $0.sha256) })
    guard let root = converters.first?.root, staging.isWhole(rows, shard: number, in: artifact)
    else { return nil }
    var isEqual = true
    var again: [QuirkRow] = []
    try OrderedWork.run(
      count: files.count, workers: converters,
      work: { converter, index -> QuirkRow?? in
        try context.cancellation.checkpoint()
        let file = files[index].file
        if let hash = hashes[file] {
          let url = root.appendingPathComponent(file)
          return try ContentHash.sha256(contentsOf: url) == hash ? .some(nil) : nil
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
    for size in staging.sizes {
      let name = ArtifactLayout.Convert.shard(size: size, number: number)
      try Self.link(artifact.appendingPathComponent(name), staging.unfinished(size, number))
    }
    let odd = files.flatMap { quirks[$0.file] ?? [] }.filter { $0.action != .excluded }
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
        .inputOutput, code: "shard-copy", "a shard of the earlier artifact can't be taken over",
        remedy: "Run again with --force, which starts anew.", at: source.path, cause: error)
    }
  }
}
