import Augmentation
import CTImaging
import Diagnostics
import Foundation
import PNG

@testable import SliceLoading

/// Slices made from a formula and encoded in memory.
struct MemorySource: SliceSource {
  static let height = 6
  static let width = 5
  var pngs: [[UInt8]]
  var secondsPerRead = 0.0
  /// The slice that can't be read.
  var unreadable: Int?

  var count: Int { pngs.count }

  init(count: Int, pixel: PNGFormat.Pixel = .rgb8) throws {
    pngs = (0..<count).map { slice in
      let channels = pixel.channels
      let samples = (0..<Self.height * Self.width * channels).map { place in
        Self.sample(slice, place / channels, place % channels)
      }
      // Samples of 16 bits stand as two bytes: any will do.
      let bytes = pixel.bytesPerSample == 2 ? samples.flatMap { [$0, $0 / 64] } : samples
      return PNGEncoder.encode(
        bytes, PNGFormat(width: Self.width, height: Self.height, pixel: pixel))
    }
  }

  /// The sample of a slice's pixel, counted row by row.
  static func sample(_ slice: Int, _ pixel: Int, _ channel: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: slice * 37 + pixel * 5 + channel * 101)
  }

  func readPNG(at index: Int, into bytes: inout [UInt8]) throws {
    if secondsPerRead > 0 { Thread.sleep(forTimeInterval: secondsPerRead) }
    if index == unreadable {
      throw IchorError(
        .inputOutput, code: "shard-read", "the shard ends early", remedy: "Convert again.",
        at: "shard-00003.tar")
    }
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: pngs[index])
  }

  var dataset: SliceDataset { dataset(windows: nil) }

  func dataset(windows: [Window]?) -> SliceDataset {
    SliceDataset(
      source: self, ids: (0..<count).map { "ID_\($0)" },
      labels: (0..<count * 6).map { Float(($0 * 7 + $0 / 6) % 3 == 0 ? 1 : 0) },
      windows: windows)
  }
}

/// A batch copied out of a loader.
struct CopiedBatch: Equatable {
  let batch: LoadedBatch
  let images: [Float]
  let targets: [Float]
}

extension MemorySource {
  static let normalization = ImageNormalization(mean: [0.5, 0.25, 0.1], deviation: [0.5, 0.2, 1])

  /// A loader of three channels over this source.
  func loader(
    _ sampler: any BatchSampler, channels: Int = 3, windows: [Window]? = nil,
    augmentation: RandomAugmentation? = nil, plan: BatchPlan = .once, threads: Int = 2,
    ahead: Int = 3,
    cancellation: Cancellation = Cancellation()
  ) -> BatchLoader {
    BatchLoader(
      dataset: dataset(windows: windows), sampler: sampler,
      layout: BatchLayout(
        batch: sampler.share.localBatch, channels: channels, height: Self.height,
        width: Self.width),
      normalization: ImageNormalization(
        mean: Array(Self.normalization.mean.prefix(channels)),
        deviation: Array(Self.normalization.deviation.prefix(channels))),
      augmentation: augmentation, plan: plan, threads: threads, ahead: ahead,
      cancellation: cancellation)
  }
}

extension BatchLoader {
  func copyNext() throws -> CopiedBatch? {
    // NaN, so that a value which nobody wrote is seen.
    var images = [Float](repeating: .nan, count: layout.elements)
    var targets = [Float](repeating: .nan, count: layout.batch * 6)
    let batch = try images.withUnsafeMutableBufferPointer { images in
      try targets.withUnsafeMutableBufferPointer { try next(into: images, targets: $0) }
    }
    return batch.map { CopiedBatch(batch: $0, images: images, targets: targets) }
  }

  func copyAll() throws -> [CopiedBatch] {
    var batches: [CopiedBatch] = []
    while let batch = try copyNext() { batches.append(batch) }
    return batches
  }
}
