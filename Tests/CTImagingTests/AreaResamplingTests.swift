import CTImaging
import Testing
import Vocabulary

/// Expected grey levels: exact rational arithmetic in Python, which cv2.resize(INTER_AREA) of
/// OpenCV 5 equals in every pixel for the three sizes of the large image.
///
///     hu = [[(x*x*7 + y*y*5 + x*y*11) % 160 - 40 for x in range(n)] for y in range(n)]
///     a = clip(hu, 0, 80)                                      # brain
///     g = gcd(n, m); u = m // g; s = n // g
///     w[o][i] = max(0, min((o+1)*s, (i+1)*u) - max(o*s, i*u))  # overlap of output o, input i
///     level = (510 * (w @ a @ w.T) + 80*s*s) // (2*80*s*s)     # half up
@Suite struct AreaResamplingTests {
  private func pattern(rows: Int, columns: Int) -> HounsfieldImage {
    var values: [Float] = []
    for y in 0..<rows {
      for x in 0..<columns { values.append(Float((x * x * 7 + y * y * 5 + x * y * 11) % 160 - 40)) }
    }
    return HounsfieldImage(rows: rows, columns: columns, values: values)
  }

  private func render(_ image: HounsfieldImage, _ windows: [WindowName], _ sizes: [Int]) -> [[Int]]
  {
    var raster = WindowedRaster(windows: windows.map(Window.init), sizes: sizes)
    raster.render(image)
    return sizes.map { raster.pixels(size: $0).map(Int.init) }
  }

  @Test func sixteenToSeven() {
    let levels = render(pattern(rows: 16, columns: 16), [.brain], [7])[0]
    let expected = [
      [7, 105, 89, 113, 70, 31, 177], [97, 151, 143, 147, 228, 83, 122],
      [119, 129, 118, 50, 162, 138, 123], [84, 95, 170, 71, 149, 128, 113],
      [134, 194, 226, 63, 139, 136, 146], [90, 78, 153, 129, 127, 114, 177],
      [1, 102, 120, 83, 135, 156, 50],
    ]
    #expect(levels == expected.flatMap { $0 })
  }

  @Test func enlargingSharesPixelsOutByAreaToo() {
    let levels = render(pattern(rows: 4, columns: 4), [.brain], [6])[0]
    // The same formula with n = 4, m = 6. (cv2 interpolates when it enlarges.)
    let expected = [
      [0, 0, 0, 0, 37, 73], [0, 0, 0, 24, 79, 134], [0, 0, 0, 48, 121, 194],
      [0, 14, 29, 166, 210, 255], [8, 47, 86, 210, 175, 139], [16, 80, 143, 255, 139, 22],
    ]
    #expect(levels == expected.flatMap { $0 })
  }

  @Test(arguments: [[224, 112, 100], [112], [100, 224]])
  func fullSizeSlice(sizes: [Int]) {
    // Sum of the levels, and sum of level times (index mod 251).
    let expected = [
      224: [6_361_263, 794_514_957], 112: [1_590_390, 198_712_777], 100: [1_267_818, 157_941_571],
    ]
    // 112 is added up from 224 in the first case and made from the slice in the second.
    let images = render(pattern(rows: 512, columns: 512), [.brain], sizes)
    for (size, levels) in zip(sizes, images) {
      let weighted = levels.enumerated().reduce(0) { $0 + $1.element * ($1.offset % 251) }
      #expect([levels.reduce(0, +), weighted] == expected[size])
    }
  }

  @Test func channelsAreTheWindowsInTheirOrder() {
    let image = pattern(rows: 16, columns: 16)
    let windows = [WindowName.brain, .subdural, .bone]
    let together = render(image, windows, [7])[0]
    for (channel, window) in windows.enumerated() {
      let alone = render(image, [window], [7])[0]
      #expect(stride(from: channel, to: together.count, by: 3).map { together[$0] } == alone)
    }
    let two = render(image, [.soft, .brain], [7])[0]
    #expect(two.count == 7 * 7 * 3)
    #expect(stride(from: 2, to: two.count, by: 3).allSatisfy { two[$0] == 0 })
  }

  @Test func halvesAreRoundedUpAndNumbersThatAreNoneAreBlack() {
    // 40 HU in 0...80 is 127.5.
    #expect(render(HounsfieldImage(rows: 1, columns: 1, values: [40]), [.brain], [1]) == [[128]])
    let odd: [Float] = [.nan, .infinity, -.infinity, .greatestFiniteMagnitude]
    #expect(
      render(HounsfieldImage(rows: 2, columns: 2, values: odd), [.brain], [2]) == [
        [0, 255, 0, 255]
      ])
  }

  @Test func clippingComesBeforeAveraging() {
    // Air beside bone: averaged first, they would be 0 HU, and black.
    let image = HounsfieldImage(rows: 2, columns: 2, values: [-1000, 1000, -1000, 1000])
    #expect(render(image, [.brain], [1]) == [[128]])
  }

  @Test func slicesThatAreNotSquareAreCenterdInAir() {
    let flat = HounsfieldImage(rows: 1, columns: 4, values: [10, 20, 30, 40])
    let air: Float = -1000
    #expect(
      flat.squared().values == [
        10, 10, 10, 10, 10, 20, 30, 40, 10, 10, 10, 10, 10, 10, 10, 10,
      ])
    let dark = HounsfieldImage(rows: 3, columns: 1, values: [-2000, 0, 5])
    #expect(dark.squared().values == [air, -2000, air, air, 0, air, air, 5, air])
  }

  /// Stored values of 16 bits give what HU in floats give, whichever of its ways they go: four
  /// taps or more, sums of 15 or 16 bits, sizes made from the slice or added up.
  @Test(arguments: [
    (512, [224, 112], 0.0, true), (512, [112, 64], -1024, false), (100, [224, 16], 1, false),
    (16, [7], -1000, true), (33, [32, 8], -7, false),
  ])
  func storedValuesGiveTheSame(side: Int, sizes: [Int], intercept: Double, holdsBone: Bool) {
    let stored = (0..<side * side).map { index in
      Int16(truncatingIfNeeded: (index * index * 31 + index * 7) % 4096 - Int(intercept) - 1500)
    }
    for windows in [[WindowName.brain], [.bone, .soft], [.subdural, .brain, .soft]] {
      var raster = WindowedRaster(windows: windows.map(Window.init), sizes: sizes)
      let isDone = stored.withUnsafeBufferPointer {
        raster.render(stored: $0, side: side, intercept: intercept)
      }
      let image = HounsfieldImage(
        rows: side, columns: side, values: stored.map { Float(Double($0) + intercept) })
      // The bone window's sums of rows have 17 bits for spans of 32, 25 and 33 units.
      #expect(isDone == (holdsBone || !windows.contains(.bone)))
      if isDone {
        #expect(
          sizes.map { raster.pixels(size: $0).map(Int.init) } == render(image, windows, sizes))
      }
    }
  }

  @Test func storedValuesThatAreNoWholeHounsfieldUnitsAreLeftToFloats() {
    var raster = WindowedRaster(windows: [Window(.brain)], sizes: [2])
    let stored: [Int16] = [-32768, 32767, 0, 40]
    for intercept in [-0.5, 40_000, -40_000, .infinity, .nan] {
      let isDone = stored.withUnsafeBufferPointer {
        raster.render(stored: $0, side: 2, intercept: intercept)
      }
      #expect(!isDone)
    }
    let isDone = stored.withUnsafeBufferPointer {
      raster.render(stored: $0, side: 2, intercept: 0)
    }
    #expect(isDone && raster.pixels(size: 2) == [0, 255, 0, 128])
  }

  /// The formula above without a window: `(2 * (w @ (hu + 1024) @ w.T) + s*s) // (2*s*s)`.
  @Test func hounsfieldUnitsKeepSixteenBits() {
    func samples(_ image: HounsfieldImage, size: Int) -> [UInt16] {
      var raster = WindowedRaster(hounsfieldUnitsAt: [size])
      raster.render(image)
      return raster.withPixels(size: size) { bytes in
        stride(from: 0, to: bytes.count, by: 2).map {
          bytes.loadUnaligned(fromByteOffset: $0, as: UInt16.self)
        }
      }
    }
    #expect(
      samples(pattern(rows: 16, columns: 16), size: 7) == [
        1000, 1053, 1039, 1055, 1041, 1027, 1085, 1054, 1079, 1073, 1068, 1105, 1042, 1060, 1056,
        1062, 1064, 1036, 1079, 1072, 1062, 1036, 1049, 1084, 1044, 1072, 1067, 1057, 1066, 1089,
        1100, 1033, 1068, 1071, 1076, 1052, 1048, 1070, 1067, 1062, 1057, 1086, 1005, 1057, 1058,
        1038, 1063, 1073, 1030,
      ])
    let ends = HounsfieldImage(rows: 2, columns: 2, values: [-3000, -1024, 64511, 70000])
    #expect(samples(ends, size: 2) == [0, 0, 65535, 65535])
    // A half goes up, over all samples that are averaged.
    let halves = HounsfieldImage(rows: 2, columns: 2, values: [-1000, -1000, -999, -999])
    #expect(samples(halves, size: 1) == [25])
  }
}
