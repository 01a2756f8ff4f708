import ArtifactTables
import CTImaging
import Diagnostics
import Foundation
import PNG
import SliceShards
import Vocabulary

/// A picture of evenly spaced slices of a collection, side by side, without text.
struct ContactSheet {
  /// Pictures across and down, at most.
  private static let side = 6
  /// Black lines between the pictures, in pixels.
  private static let gap = 2

  let reader: ShardReader
  let sizes: [Int]
  /// The channel to show: that of the brain window, else the first.
  let channel: Int

  init(artifact: URL, sizes: [Int], content: PictureContent) {
    reader = ShardReader(artifact: artifact)
    self.sizes = sizes
    switch content {
    case .windows(let names): channel = names.firstIndex(of: .brain) ?? 0
    case .hounsfieldUnits: channel = 0
    }
  }

  /// The indices of the rows to show, of `count`.
  static func choice(of count: Int) -> [Int] {
    let shown = min(count, side * side)
    // The middle of each of `shown` equal parts.
    return (0..<shown).map { (2 * $0 + 1) * count / (2 * shown) }
  }

  /// The PNG of the sheet, 8-bit grey.
  ///
  /// - Precondition: at least one row, at most `side * side`.
  func png(_ rows: [SliceRow]) throws -> [UInt8] {
    // Large enough to see something; the sheet stays below 1600 pixels where the sizes allow it.
    let edge = sizes.filter { $0 <= 256 }.max() ?? sizes.min() ?? 1
    let column = sizes.firstIndex(of: edge) ?? 0
    let across = min(rows.count, Self.side)
    let down = (rows.count + across - 1) / across
    let width = across * (edge + Self.gap) - Self.gap
    let height = down * (edge + Self.gap) - Self.gap
    var sheet = [UInt8](repeating: 0, count: width * height)
    var buffer: [UInt8] = []
    for (index, row) in rows.enumerated() {
      let (format, pixels) = try picture(of: row, column: column, edge: edge, &buffer)
      let levels = Self.levels(pixels, format.pixel, channel: channel)
      let left = index % across * (edge + Self.gap)
      let top = index / across * (edge + Self.gap)
      for y in 0..<edge {
        for x in 0..<edge {
          sheet[(top + y) * width + left + x] = levels[y * edge + x]
        }
      }
    }
    return PNGEncoder.encode(sheet, PNGFormat(width: width, height: height, pixel: .grey8))
  }

  /// - Throws: `IchorError(.badData)` where it is not a picture of that size: a shard taken over
  ///   from an earlier artifact may hold anything.
  private func picture(
    of row: SliceRow, column: Int, edge: Int, _ buffer: inout [UInt8]
  ) throws -> (PNGFormat, [UInt8]) {
    let length = try reader.read(row, column: column, size: edge, into: &buffer)
    let what: String
    do {
      let (format, pixels) = try PNGDecoder.decode(Array(buffer[..<length]))
      if (format.width, format.height) == (edge, edge) { return (format, pixels) }
      what = "has \(format.width)x\(format.height) pixels, not \(edge)x\(edge)"
    } catch let error as PNGError {
      what = "is no PNG that conversion writes (\(error.rawValue))"
    }
    throw IchorError(
      .badData, code: "shard-damaged", "the picture of \(row.id) \(what)",
      remedy: "Run “./ichor clean convert” and convert again.",
      at: reader.shard(row.shard, size: edge))
  }

  /// One grey level per pixel: a channel's, or that of Hounsfield units in the brain window.
  private static func levels(
    _ pixels: [UInt8], _ pixel: PNGFormat.Pixel, channel: Int
  ) -> [UInt8] {
    if pixel.bytesPerSample == 1 {
      let shown = min(channel, pixel.channels - 1)
      return stride(from: shown, to: pixels.count, by: pixel.channels).map { pixels[$0] }
    }
    return Window(.brain).roundedLevels(ofHounsfieldSamples: pixels)
  }
}
