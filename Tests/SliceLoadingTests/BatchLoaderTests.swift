import Augmentation
import CTImaging
import Diagnostics
import Foundation
import PNG
import Testing

@testable import SliceLoading

@Suite struct BatchLoaderTests {
  /// What the formula of `MemorySource` and the definition of the normalisation give.
  static func expected(_ slice: Int, channels: Int) -> [Float] {
    let (height, width) = (MemorySource.height, MemorySource.width)
    let normalization = MemorySource.normalization
    return (0..<channels * height * width).map { place in
      let (channel, pixel) = (place / (height * width), place % (height * width))
      let sample = MemorySource.sample(slice, pixel, channel)
      return (Float(sample) / 255 - normalization.mean[channel]) / normalization.deviation[channel]
    }
  }

  @Test(arguments: [1, 2, 3]) func fillsNormalisedPlanesAndTargets(channels: Int) throws {
    let source = try MemorySource(count: 8)
    let sampler = SequentialSampler(count: 8, share: try BatchShare(globalBatch: 3))
    let batches = try source.loader(sampler, channels: channels).copyAll()
    #expect(batches.map(\.batch.indices) == [[0, 1, 2], [3, 4, 5], [6, 7]])
    for batch in batches {
      let slices = batch.batch.indices
      let padding = [Float](repeating: 0, count: (3 - slices.count) * channels * 30)
      #expect(
        batch.images
          == slices.flatMap { Self.expected($0, channels: channels) } + padding)
      let labels = try #require(source.dataset.labels)
      let rows = slices.flatMap { labels[$0 * 6..<$0 * 6 + 6] }
      #expect(batch.targets == rows + [Float](repeating: 0, count: (3 - slices.count) * 6))
    }
  }

  @Test func takesGreySlicesForOneChannelOnly() throws {
    let sampler = SequentialSampler(count: 4, share: try BatchShare(globalBatch: 4))
    let grey = try MemorySource(count: 4, pixel: .grey8)
    let batch = try #require(try grey.loader(sampler, channels: 1).copyNext())
    #expect(batch.images.prefix(30) == Self.expected(0, channels: 1)[...])
    #expect(throws: IchorError.self) { try grey.loader(sampler, channels: 3).copyNext() }
      .map { #expect($0.code == "png-unexpected-format" && $0.message.contains("ID_0 ")) }
  }

  /// What every step does is tested in AugmentationTests; here, that each sample gets its own.
  @Test func samplesAreAugmentedAsTheirPositionSays() throws {
    let source = try MemorySource(count: 50)
    let augmentation = Self.augmentation(seed: 3)
    let sampler = SequentialSampler(count: 50, share: try BatchShare(globalBatch: 25))
    let normalization = MemorySource.normalization
    let augmenter = Augmenter(width: 5, height: 6, channels: 3)
    for batch in try source.loader(sampler, augmentation: augmentation).copyAll() {
      for (place, slice) in batch.batch.indices.enumerated() {
        let samples = (0..<90).map { MemorySource.sample(slice, $0 / 3, $0 % 3) }
        samples.withUnsafeBufferPointer { augmenter.load($0, stride: 3) }
        augmenter.apply(
          augmentation.steps(
            epoch: 0, step: batch.batch.step, sample: place, width: 5, height: 6))
        var planes = [Float](repeating: .nan, count: 90)
        planes.withUnsafeMutableBufferPointer {
          augmenter.store(gain: [1, 1, 1], offset: [0, 0, 0], into: $0)
        }
        for (index, level) in planes.enumerated() {
          let (mean, deviation) = (
            normalization.mean[index / 30], normalization.deviation[index / 30]
          )
          let expected = (level / 255 - mean) / deviation
          #expect(abs(batch.images[place * 90 + index] - expected) < 1e-5)
        }
      }
    }
  }

  /// A little of everything.
  static func augmentation(seed: UInt64) -> RandomAugmentation {
    var ranges = AugmentationRanges()
    ranges.flip = true
    ranges.crop = 0...0.1
    ranges.blur = .init(probability: 0.5, gaussian: 0...1, average: 2...3, median: 3...5)
    ranges.noise = 0...0.05
    ranges.contrast = 0.75...1.5
    ranges.brightness = 0.8...1.2
    ranges.rotation = -25...25
    ranges.windowCenter = -5...5
    ranges.windowWidth = 0.9...1.1
    return RandomAugmentation(ranges, seed: seed)
  }

  @Test func slicesOfHounsfieldUnitsGoThroughTheirWindows() throws {
    let source = try MemorySource(count: 6, pixel: .grey16)
    let sampler = SequentialSampler(count: 6, share: try BatchShare(globalBatch: 3))
    let windows = [(40.0, 80.0), (80, 200), (600, 2800)].map {
      Window(center: $0, width: $1)
    }
    let plain = try source.loader(sampler, windows: windows).copyAll()
    #expect(plain.map(\.batch.indices) == [[0, 1, 2], [3, 4, 5]])
    var between = 0
    for batch in plain {
      for (place, slice) in batch.batch.indices.enumerated() {
        for index in 0..<90 {
          let sample = MemorySource.sample(slice, index % 30, 0)
          let hounsfield = Float(UInt16(sample) | UInt16(sample / 64) << 8) - 1024
          let window = windows[index / 30]
          let lowest = Float(window.center - window.width / 2)
          let level = min(max((hounsfield - lowest) * 255 / Float(window.width), 0), 255)
          between += level > 0 && level < 255 ? 1 : 0
          let normalization = MemorySource.normalization
          let expected =
            (level / 255 - normalization.mean[index / 30]) / normalization.deviation[index / 30]
          #expect(abs(batch.images[place * 90 + index] - expected) < 1e-5)
        }
      }
    }
    #expect(between > 50)

    var ranges = AugmentationRanges()
    ranges.windowCenter = 10...10
    ranges.windowWidth = 1.5...1.5
    let moved = windows.map {
      Window(center: $0.center + 10, width: $0.width * 1.5)
    }
    let jittered = try source.loader(
      sampler, windows: windows, augmentation: RandomAugmentation(ranges, seed: 1)
    ).copyAll()
    #expect(try jittered == source.loader(sampler, windows: moved).copyAll())
    #expect(jittered != plain)

    let refused = #expect(throws: IchorError.self) {
      try MemorySource(count: 6).loader(sampler, windows: windows).copyNext()
    }
    #expect(
      refused?.message == "The PNG of slice ID_0 is not 5x6 pixels of 16 bits, as HU are stored")
    #expect(throws: IchorError.self) { try source.loader(sampler).copyNext() }
  }

  @Test func threadsAndDepthNeverChangeABatch() throws {
    let source = try MemorySource(count: 23)
    let sampler = EpochPermutation(count: 23, share: try BatchShare(globalBatch: 6), seed: 5)
    let plan = BatchPlan(endEpoch: 9)
    let augmentation = Self.augmentation(seed: 5)
    let reference = try source.loader(
      sampler, augmentation: augmentation, plan: plan, threads: 1, ahead: 1
    )
    .copyAll()
    #expect(reference.count == 27)
    #expect(reference.map(\.batch.epoch) == (0..<9).flatMap { [$0, $0, $0] })
    for (threads, ahead) in [(1, 4), (2, 1), (3, 2), (8, 5)] {
      let loader = source.loader(
        sampler, augmentation: augmentation, plan: plan, threads: threads, ahead: ahead)
      #expect(try loader.copyAll() == reference)
    }
    let resumed = BatchPlan(start: .init(epoch: 4, step: 1), endEpoch: 9)
    #expect(
      try source.loader(sampler, augmentation: augmentation, plan: resumed).copyAll()
        == Array(reference[13...]))
  }

  @Test func workersTogetherLoadTheGlobalBatch() throws {
    let source = try MemorySource(count: 23)
    func batches(_ rank: Int, of worldSize: Int) throws -> [CopiedBatch] {
      let share = try BatchShare(globalBatch: 6, rank: rank, worldSize: worldSize)
      let sampler = EpochPermutation(count: 23, share: share, seed: 5)
      return try source.loader(
        sampler, augmentation: Self.augmentation(seed: 5), plan: BatchPlan(endEpoch: 3)
      ).copyAll()
    }
    let whole = try batches(0, of: 1)
    let parts = try (0..<3).map { try batches($0, of: 3) }
    for (step, batch) in whole.enumerated() {
      #expect(batch.images == parts.flatMap { $0[step].images })
      #expect(batch.targets == parts.flatMap { $0[step].targets })
      #expect(batch.batch.indices == parts.flatMap { $0[step].batch.indices })
    }
    #expect(throws: IchorError.self) { try BatchShare(globalBatch: 6, rank: 0, worldSize: 4) }
  }

  @Test(arguments: [1, 4]) func anErrorComesWithItsBatchAndNamesTheSlice(threads: Int) throws {
    var source = try MemorySource(count: 20)
    source.unreadable = 11
    source.pngs[10].removeLast(30)
    let sampler = SequentialSampler(count: 20, share: try BatchShare(globalBatch: 4))
    let loader = source.loader(sampler, threads: threads)
    #expect(try loader.copyNext()?.batch.step == 0)
    #expect(try loader.copyNext()?.batch.step == 1)
    // Slice 10 stands before slice 11 in its batch, whichever thread fails first.
    let first = #expect(throws: IchorError.self) { try loader.copyNext() }
    #expect(first?.kind == .badData && first?.code == "png-malformed")
    #expect(first?.message == "The PNG of slice ID_10 is damaged or cut short")
    #expect(try loader.copyNext() == nil)

    let later = source.loader(
      sampler, plan: BatchPlan(start: .init(epoch: 0, step: 2), endEpoch: 1), threads: threads)
    #expect(throws: IchorError.self) { try later.copyNext() }
    source.pngs[10] = source.pngs[9]
    let unreadable = #expect(throws: IchorError.self) {
      try source.loader(sampler, threads: threads).copyAll()
    }
    #expect(unreadable?.message == "Slice ID_11: the shard ends early")
    #expect(unreadable?.kind == .inputOutput && unreadable?.location == "shard-00003.tar")
  }

  @Test func refusesASliceOfAnotherSize() throws {
    var source = try MemorySource(count: 2)
    source.pngs[1] = PNGEncoder.encode(
      [UInt8](repeating: 1, count: 5 * 7 * 3), PNGFormat(width: 5, height: 7, pixel: .rgb8))
    let sampler = SequentialSampler(count: 2, share: try BatchShare(globalBatch: 2))
    let error = #expect(throws: IchorError.self) { try source.loader(sampler).copyNext() }
    #expect(
      error?.message
        == "The PNG of slice ID_1 is not 5x6 pixels in at least 3 channels")
  }

  @Test func measuresTheWaitAndStopsPromptly() throws {
    var source = try MemorySource(count: 1000)
    source.secondsPerRead = 0.01
    let sampler = SequentialSampler(count: 1000, share: try BatchShare(globalBatch: 10))
    let clock = ContinuousClock()
    let loader = source.loader(sampler, threads: 2)
    #expect(try loader.copyNext() != nil)
    // Ten slices of 10 ms on two threads.
    #expect(loader.secondsWaited > 0.03)
    let stopping = clock.measure { loader.stop() }
    #expect(stopping < .seconds(2))
    #expect(try loader.copyNext() == nil)

    let cancellation = Cancellation()
    let cancelled = source.loader(sampler, threads: 1, cancellation: cancellation)
    Thread { [cancellation] in
      Thread.sleep(forTimeInterval: 0.02)
      cancellation.request(signal: 15)
    }.start()
    let waiting = clock.measure {
      #expect(throws: CancelledBySignal.self) { try cancelled.copyAll() }
    }
    #expect(waiting < .seconds(5))
  }
}
