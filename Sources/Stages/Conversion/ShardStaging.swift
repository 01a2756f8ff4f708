import ArtifactTables
import Diagnostics
import DurableFiles
import Foundation
import Logging
import OperatingSystem
import PipelineContract

/// The finished shards of a staging folder: for each its tar files and its rows.
///
/// The rows of a shard are under `.rows/`, scratch that is not published, and with them the checksums
/// of all its files. These are renamed into place last: their presence says that the shard is there.
struct ShardStaging: Sendable {
  let folder: URL
  let sizes: [Int]

  /// A finished shard.
  struct Rows: Sendable {
    let slices: [SliceRow]
    let quirks: [QuirkRow]
  }

  /// Makes the folders, and forgets shards that were made with other parameters.
  func prepare(for recipe: ConversionRecipe) throws {
    let scratch = folder.appendingPathComponent(".rows")
    let note = scratch.appendingPathComponent("recipe")
    let text = Data(recipe.fingerprint.utf8)
    if (try? Data(contentsOf: note)) != text {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      for name in names where name == scratch.lastPathComponent || Int(name) != nil {
        try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
      }
    }
    try DurableFile.createFolder(scratch)
    try DurableFile.write(text, to: note)
    for size in sizes { try DurableFile.createFolder(shard(size, 0).deletingLastPathComponent()) }
  }

  func shard(_ size: Int, _ number: Int) -> URL {
    folder.appendingPathComponent(ArtifactLayout.Convert.shard(size: size, number: number))
  }

  /// Where a shard is written until it is complete.
  func unfinished(_ size: Int, _ number: Int) -> URL {
    let shard = shard(size, number)
    return shard.deletingLastPathComponent().appendingPathComponent(".\(shard.lastPathComponent)")
  }

  private func rowsFile(_ number: Int, _ table: String) -> URL {
    folder.appendingPathComponent(Self.rowsPath(number, table))
  }

  private static func rowsPath(_ number: Int, _ table: String) -> String {
    ".rows/\(number).\(table)"
  }

  private func checksumsFile(_ number: Int) -> URL { rowsFile(number, "crc32") }

  /// The files of a shard, relative to the folder.
  private func paths(_ number: Int, hasSlices: Bool) -> [String] {
    let tables = [ArtifactLayout.Convert.slices, ArtifactLayout.Convert.quirks]
    let shards = sizes.map { ArtifactLayout.Convert.shard(size: $0, number: number) }
    return tables.map { Self.rowsPath(number, $0) } + (hasSlices ? shards : [])
  }

  /// Finishes a shard whose tar files, if it has any, are under their unfinished names.
  func publish(_ number: Int, _ rows: Rows) throws {
    do {
      var checksums = ShardChecksums()
      let hasSlices = !rows.slices.isEmpty
      if hasSlices {
        for size in sizes {
          try DurableFile.rename(unfinished(size, number), to: shard(size, number))
        }
      }
      try QuirkTable.write(rows.quirks, to: rowsFile(number, ArtifactLayout.Convert.quirks))
      let slices = rowsFile(number, ArtifactLayout.Convert.slices)
      let writer = try SliceTableWriter(file: slices, sizes: sizes)
      for row in rows.slices { try writer.write(row) }
      try writer.close()
      for path in paths(number, hasSlices: hasSlices) { try checksums.add(path, in: folder) }
      try checksums.write(to: checksumsFile(number))
    } catch let error as SystemCallError {
      throw IchorError(
        IchorError.Kind(writing: error), code: "shard-publish",
        "shard \(number) can't be put in place",
        remedy: "Check that the disk is not full.", at: folder.path, cause: error)
    }
  }

  /// The rows of a shard that an earlier run finished with exactly these sources; `nil` otherwise.
  ///
  /// - Parameter logger: told where a finished shard is no longer what was written.
  /// - Throws: `IchorError(.inputOutput)` where the disk fails.
  func finished(_ number: Int, sources: [String], logger: Logger) throws -> Rows? {
    let file = checksumsFile(number)
    guard FileStatus(at: file.path) != nil else { return nil }
    func damaged(_ path: String) -> Rows? {
      logger.warning(
        "a finished shard of the interrupted run is damaged and is made again",
        metadata: ["shard": "\(number)", "file": "\(path)"])
      return nil
    }
    guard let checksums = try ShardChecksums(from: file) else { return damaged(file.path) }
    if let path = try checksums.firstDamaged(in: folder) {
      return damaged(folder.appendingPathComponent(path).path)
    }
    guard let rows = try? rows(number),
      Set(checksums.files.keys) == Set(paths(number, hasSlices: !rows.slices.isEmpty))
    else { return damaged(file.path) }
    let excluded = rows.quirks.filter { $0.action == .excluded }.map(\.file)
    guard Set(rows.slices.map(\.source) + excluded) == Set(sources) else { return nil }
    return rows
  }

  /// The rows of a finished shard.
  ///
  /// - Throws: `IchorError(.badData)` where they are damaged or are for other sizes.
  func rows(_ number: Int) throws -> Rows {
    let reader = try SliceTableReader(file: rowsFile(number, ArtifactLayout.Convert.slices))
    guard reader.sizes == sizes else {
      throw IchorError(
        .badData, code: "shard-other-sizes",
        "the rows of shard \(number) are for pictures of the sizes \(reader.sizes)",
        remedy: "Run again with --force, which starts anew.", at: reader.location)
    }
    let quirks = try QuirkTable.read(file: rowsFile(number, ArtifactLayout.Convert.quirks))
    return Rows(slices: try reader.rows(), quirks: quirks)
  }
}
