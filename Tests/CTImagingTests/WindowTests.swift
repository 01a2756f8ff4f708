import CTImaging
import Testing
import Vocabulary

/// Every way from Hounsfield units to grey levels, compared with the formula LINEAR_EXACT of DICOM
/// PS3.3 C.11.2.1.3.2, for levels of 0 to 255:
///
///     if (x <= c - w/2)       y = 0
///     else if (x > c + w/2)   y = 255
///     else                    y = ((x - c) / w + 0.5) * 255
@Suite struct WindowTests {
  private static func level(_ x: Double, _ window: Window) -> Double {
    let (c, w) = (window.center, window.width)
    if x <= c - w / 2 { return 0 }
    if x > c + w / 2 { return 255 }
    return ((x - c) / w + 0.5) * 255
  }

  /// The formula for whole numbers, rounded half up, without rounding before: 255/2w times
  /// 2(x - c) + w, plus one half, downwards.
  private static func roundedLevel(_ x: Int, center c: Int, width w: Int) -> Int {
    let above = min(max(2 * (x - c) + w, 0), 2 * w)
    return (2 * 255 * above + 2 * w) / (4 * w)
  }

  /// Center and width in the usual sense: brain 0...80, subdural -20...180, soft -150...230, bone
  /// -800...2000 HU.
  private static let named: [(WindowName, center: Int, width: Int)] = [
    (.brain, 40, 80), (.subdural, 80, 200), (.soft, 40, 380), (.bone, 600, 2800),
  ]

  private func levels(of samples: [UInt16], _ window: Window, stride: Int = 1) -> [Float] {
    var levels = [Float](repeating: -1, count: samples.count * stride)
    samples.withUnsafeBufferPointer { samples in
      levels.withUnsafeMutableBufferPointer {
        if let target = $0.baseAddress {
          window.writeLevels(of: samples, into: target, stride: stride)
        }
      }
    }
    return levels
  }

  @Test func namesStandForTheUsualWindows() {
    #expect(Self.named.map(\.0) == WindowName.allCases)
    for (name, center, width) in Self.named {
      #expect(Window(name) == Window(center: Double(center), width: Double(width)))
    }
  }

  /// All 65,536 samples of a picture of Hounsfield units: HU + 1024, so that 0 is -1024 HU.
  @Test(arguments: WindowName.allCases.map(Window.init) + [Window(center: 43.7, width: 81.3)])
  func samplesGetTheStandardsLevels(_ window: Window) {
    let levels = levels(of: Array(0...UInt16.max), window)
    #expect(levels.count == 65_536)
    let worst = levels.enumerated().map {
      abs(Double($1) - Self.level(Double($0 - 1024), window))
    }.max()
    // A float near 1024 is 6e-5 off at most, times a gain of 255/81.3, and some roundings below 256.
    #expect(worst ?? 1 < 2.5e-4)
  }

  @Test func levelsAreSpreadOverTheChannels() {
    #expect(
      levels(of: [1024, 1064, 1104], Window(.brain), stride: 3) == [
        0, -1, -1, 127.5, -1, -1, 255, -1, -1,
      ])
  }

  @Test(arguments: named)
  func shownSamplesAreRounded(_ name: WindowName, center: Int, width: Int) {
    let samples = Array(0...UInt16(4095))
    let shown = Window(name).roundedLevels(
      ofHounsfieldSamples: samples.withUnsafeBytes { [UInt8]($0) })
    #expect(shown.count == samples.count)
    for (sample, level) in shown.enumerated() {
      // Where the gain has no exact float, a level that ends in a half may fall to either side.
      let exact = Self.level(Double(sample - 1024), Window(name))
      #expect(abs(Double(level) - exact) < 0.5001, "\(sample)")
    }
    #expect(HounsfieldSample.offset == 1024)
  }

  /// Every whole HU that a scanner gives, one per pixel: straight from stored values and through
  /// floats.
  @Test(arguments: named)
  func picturesGetTheStandardsLevels(_ name: WindowName, center: Int, width: Int) {
    let units = (0..<4096).map { $0 - 1024 }
    let expected = units.map { Self.roundedLevel($0, center: center, width: width) }
    var raster = WindowedRaster(windows: [Window(name)], sizes: [64])
    raster.render(HounsfieldImage(rows: 64, columns: 64, values: units.map(Float.init)))
    #expect(raster.pixels(size: 64).map(Int.init) == expected)
    let stored = units.map { Int16($0 + 1000) }
    var whole = WindowedRaster(windows: [Window(name)], sizes: [64])
    let isDone = stored.withUnsafeBufferPointer {
      whole.render(stored: $0, side: 64, intercept: -1000)
    }
    #expect(isDone && whole.pixels(size: 64).map(Int.init) == expected)
  }
}
