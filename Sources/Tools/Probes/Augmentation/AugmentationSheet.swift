import ArtifactTables
import Augmentation
import CTImaging
import Diagnostics
import Foundation
import NetworkStages
import PNG
import SliceLoading
import SliceShards

/// One slice and what augmentation makes of it, side by side, loaded as in training.
///
/// Three windows are shown as red, green and blue.
package struct AugmentationSheet {
  /// Pictures side by side, at most.
  private static let across = 6
  /// Black lines between the pictures, in pixels.
  private static let gap = 2

  private let artifact: URL
  private let size: Int
  private let windows: [Window]

  /// - Parameters:
  ///   - artifact: a converted collection.
  ///   - size: edge length of the pictures, one of those that were converted.
  ///   - windows: for a collection that holds HU.
  package init(artifact: URL, size: Int, windows: [Window]) {
    self.artifact = artifact
    self.size = size
    self.windows = windows
  }

  /// - Parameters:
  ///   - id: the slice's; `nil` for the slice whose file is the longest, which shows the most.
  ///   - count: number of augmented pictures.
  /// - Throws: `usage` where there is no such slice, or the number of windows is not one or three;
  ///   what loading the slice throws.
  package func png(id: String?, count: Int, augmentation: RandomAugmentation) throws -> [UInt8] {
    let table = try SliceTable(artifact: artifact)
    let row =
      if let id {
        table.rows.first { $0.id == id }
      } else {
        table.rows.max { ($0.extents.first?.length ?? 0) < ($1.extents.first?.length ?? 0) }
      }
    guard let row else {
      throw IchorError(
        .usage, code: "slice-unknown", "The collection has no slice \(id ?? "at all")",
        remedy: "Give the ID of one of its slices.", at: artifact.path(percentEncoded: false))
    }
    let kind = try kind(of: row, in: table)
    let original = try load(row, in: table, kind, count: 1, nil)
    let changed = try load(row, in: table, kind, count: count, augmentation)
    let across = min(Self.across, count + 1)
    let down = (count + across) / across
    let (width, height) = (across * (size + Self.gap), down * (size + Self.gap))
    let channels = kind.channels
    var sheet = [UInt8](repeating: 0, count: width * height * channels)
    let area = size * size
    for (index, planes) in (original + changed).enumerated() {
      let left = index % across * (size + Self.gap)
      let top = index / across * (size + Self.gap)
      for place in 0..<area * channels {
        let (channel, y, x) = (place / area, place % area / size, place % size)
        let level = UInt8((planes[place] * 255).rounded())
        sheet[((top + y) * width + left + x) * channels + channel] = level
      }
    }
    return PNGEncoder.encode(
      sheet, PNGFormat(width: width, height: height, pixel: channels == 3 ? .rgb8 : .grey8))
  }

  private struct Kind {
    let channels: Int
    let holdsHounsfield: Bool
  }

  private func kind(of row: SliceRow, in table: SliceTable) throws -> Kind {
    let png = try ShardReader(artifact: artifact).png(of: row, size: size, in: table.sizes)
    do {
      let pixel = try png.withUnsafeBytes { try PNGDecoder.format(of: $0).pixel }
      let holdsHounsfield = pixel == .grey16
      guard !holdsHounsfield || windows.count == 1 || windows.count == 3 else {
        throw IchorError(
          .usage, code: "windows-count", "A sheet shows one window or three, not \(windows.count)",
          remedy: "Give --windows one name, or three with commas between them.")
      }
      return Kind(
        channels: holdsHounsfield ? windows.count : pixel.channels,
        holdsHounsfield: holdsHounsfield)
    } catch let error as PNGError {
      throw IchorError(
        .badData, code: error.rawValue, "The PNG of slice \(row.id) can't be read",
        remedy: "Run the convert stage again.")
    }
  }

  /// `count` pictures of a slice as planes, 0...1.
  private func load(
    _ row: SliceRow, in table: SliceTable, _ kind: Kind, count: Int,
    _ augmentation: RandomAugmentation?
  ) throws -> [[Float]] {
    let rows = [SliceRow](repeating: row, count: count)
    let layout = BatchLayout(batch: count, channels: kind.channels, height: size, width: size)
    let loader = BatchLoader(
      dataset: SliceDataset(
        source: try ShardSource(rows: rows, of: table, artifact: artifact, size: size),
        ids: rows.map(\.id), windows: kind.holdsHounsfield ? windows : nil),
      sampler: SequentialSampler(count: count, share: try BatchShare(globalBatch: count)),
      layout: layout,
      normalization: ImageNormalization(
        mean: [Float](repeating: 0, count: kind.channels),
        deviation: [Float](repeating: 1, count: kind.channels)),
      augmentation: augmentation, plan: .once, threads: 1, ahead: 1)
    defer { loader.stop() }
    return try loader.withNextBatch { _, images in
      (0..<count).map {
        Array(images[$0 * layout.imageElements..<($0 + 1) * layout.imageElements])
      }
    } ?? []
  }
}
