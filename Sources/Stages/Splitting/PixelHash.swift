import ArtifactTables
import ContentHashing
import Diagnostics
import Foundation
import PNG
import PipelineContract
import SliceShards

/// Tells whether two slices show the same picture, whatever their headers say.
///
/// The hash is that of the PNG of the largest converted size: conversion is deterministic and the
/// PNGs carry no text, so equal pixels give equal bytes. What is equal there is equal at every size
/// that a network trains on, as all are averages of the same values.
enum PixelHash {
  /// A picture in which fewer than this share of the pixels differ from their left neighbour is
  /// nearly empty (air above the head) and proves nothing: such slices of different patients are
  /// naturally alike.
  static let leastShareOfSteps = 1.0 / 16

  /// The hash of every slice, in the table's order; empty for a picture that several slices show
  /// and that is nearly empty.
  ///
  /// - Throws: `IchorError`: `.badData` for a picture that can't be decoded, what reading the shards
  ///   throws; `CancelledBySignal`.
  static func hashes(of table: SliceTable, artifact: URL, context: JobContext) throws -> [String] {
    guard let index = table.sizes.indices.max(by: { table.sizes[$0] < table.sizes[$1] }) else {
      return table.rows.map { _ in "" }
    }
    let size = table.sizes[index]
    let reader = ShardReader(artifact: artifact)
    var buffer: [UInt8] = []
    func read(_ row: SliceRow) throws -> ArraySlice<UInt8> {
      let length = try reader.read(row, column: index, size: size, into: &buffer)
      return buffer[..<length]
    }
    let hashes = try table.rows.enumerated().map { number, row in
      try context.cancellation.checkpoint()
      context.progress.report(
        completed: number, total: table.rows.count, unit: "slices", detail: "comparing pictures")
      return ContentHash.sha256(of: Data(try read(row)))
    }
    // Only what several slices show can tie patients, so only that is decoded.
    var known: Set<String> = []
    var shared: Set<String> = []
    for hash in hashes where !known.insert(hash).inserted { shared.insert(hash) }
    var empty: Set<String> = []
    for (row, hash) in zip(table.rows, hashes) where shared.remove(hash) != nil {
      try context.cancellation.checkpoint()
      if try isNearlyEmpty(read(row), of: row) { empty.insert(hash) }
    }
    return hashes.map { empty.contains($0) ? "" : $0 }
  }

  private static func isNearlyEmpty(_ png: ArraySlice<UInt8>, of row: SliceRow) throws -> Bool {
    let (format, pixels): (PNGFormat, [UInt8])
    do {
      (format, pixels) = try PNGDecoder.decode(Array(png))
    } catch {
      throw IchorError(
        .badData, code: "picture-damaged", "The picture of \(row.id) can't be decoded",
        remedy: "Convert the collection again.", cause: error)
    }
    let bytes = format.pixel.channels * format.pixel.bytesPerSample
    var steps = 0
    for y in 0..<format.height {
      let begin = y * format.bytesPerRow
      for x in stride(from: begin + bytes, to: begin + format.bytesPerRow, by: bytes)
      where pixels[x..<x + bytes] != pixels[x - bytes..<x] {
        steps += 1
      }
    }
    return Double(steps) < Double(format.width * format.height) * leastShareOfSteps
  }
}
