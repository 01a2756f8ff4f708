import ArtifactTables
import Diagnostics
import ContentHashing
import Foundation
import PipelineContract
import SliceShards

/// Tells whether two slices show the same picture, whatever their headers say.
///
/// The hash is that of the PNG of the smallest converted size: conversion is deterministic and the
/// PNGs carry no text, so equal pixels give equal bytes.
enum PixelHash {
  /// A PNG with fewer bytes than this share of its pixels is nearly empty (air above the head) and
  /// proves nothing: such slices of different patients are naturally alike.
  static let leastBytesPerPixel = 1.0 / 16

  /// The hash of every slice, in the table's order; empty for a picture that is nearly empty.
  static func hashes(of table: SliceTable, artifact: URL, context: JobContext) throws -> [String] {
    guard let index = table.sizes.indices.min(by: { table.sizes[$0] < table.sizes[$1] }) else {
      return table.rows.map { _ in "" }
    }
    let size = table.sizes[index]
    let leastLength = Double(size) * Double(size) * leastBytesPerPixel
    let reader = ShardReader(artifact: artifact)
    var buffer: [UInt8] = []
    return try table.rows.enumerated().map { number, row in
      try context.cancellation.checkpoint()
      context.progress.report(
        completed: number, total: table.rows.count, unit: "slices", detail: "comparing pictures")
      let length = try reader.read(row, column: index, size: size, into: &buffer)
      guard Double(length) >= leastLength else { return "" }
      return ContentHash.sha256(of: Data(buffer[..<length]))
    }
  }
}
