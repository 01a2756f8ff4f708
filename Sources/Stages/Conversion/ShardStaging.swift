import ArtifactTables
import DurableFiles
import Diagnostics
import DurableFiles
import Foundation
import OperatingSystem
import PipelineContract

/// The finished shards of a staging folder: for each its tar files and its rows.
///
/// The rows of a shard are under `.rows/`, scratch that is not published. They are renamed into
/// place after the tar files, so the presence of rows says that the shard is there.
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
    folder.appendingPathComponent(".rows").appendingPathComponent("\(number).\(table)")
  }

  /// Finishes a shard whose tar files, if it has any, are under their unfinished names.
  func publish(_ number: Int, _ rows: Rows) throws {
    let final = rowsFile(number, ArtifactLayout.Convert.slices)
    let scratch = rowsFile(number, "writing")
    do {
      if !rows.slices.isEmpty {
        for size in sizes {
          try DurableFile.rename(unfinished(size, number), to: shard(size, number))
        }
      }
      try QuirkTable.write(rows.quirks, to: rowsFile(number, ArtifactLayout.Convert.quirks))
      let writer = try SliceTableWriter(file: scratch, sizes: sizes)
      for row in rows.slices { try writer.write(row) }
      try writer.close()
      try DurableFile.flush(scratch)
      try DurableFile.rename(scratch, to: final)
    } catch let error as SystemCallError {
      throw IchorError(
        IchorError.Kind(writing: error), code: "shard-publish",
        "shard \(number) can't be put in place",
        remedy: "Check that the disk is not full.", at: folder.path, cause: error)
    }
  }

  /// The rows of a shard that an earlier run finished with exactly these sources; `nil` otherwise.
  func finished(_ number: Int, sources: [String]) -> Rows? {
    guard
      FileManager.default.fileExists(atPath: rowsFile(number, ArtifactLayout.Convert.slices).path),
      let rows = try? rows(number)
    else { return nil }
    let excluded = rows.quirks.filter { $0.action == .excluded }.map(\.file)
    guard Set(rows.slices.map(\.source) + excluded) == Set(sources) else { return nil }
    guard isWhole(rows.slices, shard: number, in: folder) else { return nil }
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

  /// Whether the tar files of a shard in a folder have the length that its rows call for.
  func isWhole(_ rows: [SliceRow], shard number: Int, in folder: URL) -> Bool {
    rows.isEmpty
      || sizes.enumerated().allSatisfy { index, size in
        let end = rows.reduce(0) { max($0, $1.extents[index].offset + $1.extents[index].length) }
        let name = ArtifactLayout.Convert.shard(size: size, number: number)
        // Padded to whole blocks of 512, and two blocks that end the archive.
        return FileStatus(at: folder.appendingPathComponent(name).path)?.size
          == (end + 511) / 512 * 512 + 1024
      }
  }
}
