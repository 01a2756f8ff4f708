import ArtifactTables
import Conversion
import Diagnostics
import Foundation
import Logging
import PNG
import PipelineConfiguration
import SliceShards
import Testing

/// A real head CT, which lies beside the repository where its licence allows it; skipped elsewhere.
@Suite struct HeadCTTests {
  static let archive = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("../shared/dicom/headct_B.tar.xz").standardizedFileURL

  /// Sums of the three channels at 224 by pydicom, NumPy and OpenCV:
  ///
  ///     hu = ds.pixel_array.astype(float32) * ds.RescaleSlope + ds.RescaleIntercept
  ///     a = (clip(hu, c - w/2, c + w/2) - (c - w/2)) * (255 / w)
  ///     floor(cv2.resize(a, (224, 224), interpolation=cv2.INTER_AREA) + .5).sum()
  static let sums: [String: [Int]] = [
    "ID_a1ff74a03": [1949144, 1437769, 2036726],
    "ID_2785ac10a": [2564913, 1896407, 2691213],
    "ID_65b692cd7": [2140865, 1613938, 2272263],
  ]

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: archive.path),
      "needs outside material: a real head CT in ../shared/dicom/headct_B.tar.xz"))
  func slicesEqualThoseOfAnotherChain() throws {
    let bench = try Bench()
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let members = Self.sums.keys.map { "B_cthead_s16_pad-2000_implicit/\($0).dcm" }
    tar.arguments = ["tar", "-xJf", Self.archive.path, "-C", bench.collection.path] + members
    try tar.run()
    tar.waitUntilExit()
    try #require(tar.terminationStatus == 0)
    let summary = try Converter.convert(
      collection: bench.collection, ConvertParameters(sizes: [224]), into: bench.staging,
      context: JobContext(logger: Logger(label: "test"), threads: 2))
    #expect(summary.slices == Self.sums.count && summary.quirks.isEmpty)
    let table = try SliceTable(artifact: bench.staging)
    let reader = ShardReader(artifact: bench.staging)
    for row in table.rows {
      let pixels = try PNGDecoder.decode(try reader.png(of: row, size: 224, in: table.sizes)).pixels
      for channel in 0..<3 {
        let sum = stride(from: channel, to: pixels.count, by: 3).reduce(0) { $0 + Int(pixels[$1]) }
        let expected = try #require(Self.sums[row.id]?[channel])
        // OpenCV's float sums put one pixel in half a million on the other side of a half.
        #expect(abs(sum - expected) <= 3)
      }
      #expect(row.bits == "16s")
    }
  }
}
