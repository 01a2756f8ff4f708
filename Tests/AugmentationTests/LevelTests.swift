import Foundation
import Testing

@testable import Augmentation

@Suite struct LevelTests {
  @Test func contrastAgreesWithOpenCV() {
    let levels = TestPicture.augmented(AugmentationSteps([.contrast(1.4)]))
    #expect(TestPicture.distance(levels, OracleNumbers.contrast) < 1e-3)
    #expect(levels.contains(0) && levels.contains(255))
  }

  @Test func brightnessMultipliesAndClips() {
    let levels = TestPicture.augmented(AugmentationSteps([.brightness(1.2)]), channels: 3)
    let plain = TestPicture.augmented(AugmentationSteps([]), channels: 3)
    for (after, before) in zip(levels, plain) {
      #expect(abs(after - min(before * 1.2, 255)) < 1e-4)
    }
  }

  @Test func stepsFollowTheirOrder() {
    let one = TestPicture.augmented(AugmentationSteps([.brightness(1.2), .contrast(0.75)]))
    let other = TestPicture.augmented(AugmentationSteps([.contrast(0.75), .brightness(1.2)]))
    #expect(one != other)
    let level = Float(TestPicture.level(1))
    #expect(abs(one[1] - (0.75 * (1.2 * level - 128) + 128)) < 1e-3)
    #expect(abs(other[1] - 1.2 * (0.75 * (level - 128) + 128)) < 1e-3)
  }

  @Test func quantilesAgreeWithSciPy() {
    let values = NormalQuantiles.values
    #expect(values.count == 4096)
    for (index, expected) in zip([0, 1, 500, 1500, 2046, 2047], OracleNumbers.quantiles) {
      #expect(abs(Double(values[2048 + index]) - expected) < 1e-6)
      #expect(values[2047 - index] == -values[2048 + index])
    }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
  }

  /// The noise that a grey picture gets, in standard deviations, [C, H, W].
  private func noise(key: UInt64, width: Int = 224, height: Int = 224, channels: Int = 3)
    -> [Double]
  {
    TestPicture.augmented(
      [UInt8](repeating: 128, count: width * height * channels),
      AugmentationSteps([.noise(deviation: 20, key: key)]), width: width, height: height,
      channels: channels
    ).map { (Double($0) - 128) / 20 }
  }

  /// 150,528 values: mean, variance, skewness and excess kurtosis have standard errors of 0.0026,
  /// 0.0036, 0.0063 and 0.0126; the largest distance of the distribution functions exceeds
  /// 1.95 / sqrt(n) = 0.0050 with p = 0.001 (Kolmogorov), plus the quantiles' 1/4096.
  @Test(arguments: [UInt64(1), 0x1234_5678_9abc_def0, .max]) func noiseIsNormal(key: UInt64) {
    let values = noise(key: key)
    let count = Double(values.count)
    func moment(_ power: Int) -> Double {
      values.reduce(0) { $0 + pow($1, Double(power)) } / count
    }
    #expect(abs(moment(1)) < 4 * 0.0026)
    #expect(abs(moment(2) - 1) < 4 * 0.0036)
    #expect(abs(moment(3)) < 4 * 0.01)
    #expect(abs(moment(4) - 3) < 4 * 0.0253)
    let distance = values.sorted().enumerated().map { rank, value in
      abs((Double(rank) + 0.5) / count - erfc(-value / 2.0.squareRoot()) / 2)
    }.max()
    #expect(distance ?? 1 < 0.0050 + 1.0 / 4096)
  }

  /// Correlations of 50,176 pairs have a standard error of 0.0045.
  @Test func noiseIsIndependentFromPlaceToPlaceAndPictureToPicture() {
    let values = noise(key: 9)
    let other = noise(key: 10)
    let area = 224 * 224
    func correlation(_ first: ArraySlice<Double>, _ second: ArraySlice<Double>) -> Double {
      zip(first, second).reduce(0) { $0 + $1.0 * $1.1 } / Double(min(first.count, second.count))
    }
    #expect(abs(correlation(values[..<area], values[area..<2 * area])) < 0.018)
    #expect(abs(correlation(values[area..<2 * area], values[(2 * area)...])) < 0.018)
    for lag in [1, 2, 3, 4, 224, 448] {
      #expect(abs(correlation(values[..<area], values[lag..<area])) < 0.018, "lag \(lag)")
    }
    #expect(abs(correlation(values[..<area], other[..<area])) < 0.018)
    #expect(noise(key: 9) == values)
  }

  /// Widths that four does not divide take a part of the last random number of a row.
  @Test func noiseReachesTheEndOfEveryRow() {
    for width in 1...9 {
      let values = noise(key: 3, width: width, height: 40, channels: 1)
      #expect(values.allSatisfy { $0 != 0 })
      #expect(Set(values).count > values.count * 9 / 10)
    }
    let clipped = TestPicture.augmented(
      [UInt8](repeating: 0, count: 64), AugmentationSteps([.noise(deviation: 400, key: 5)]),
      width: 8, height: 8, channels: 1)
    #expect(clipped.contains(0) && clipped.contains(255))
    #expect(clipped.allSatisfy { (0...255).contains($0) })
  }

  @Test func hounsfieldUnitsGoThroughTheirWindows() {
    let samples: [UInt16] = [0, 1024, 1064, 1104, 1063, 65535]
    let augmenter = Augmenter(width: 3, height: 2, channels: 2)
    samples.withUnsafeBufferPointer {
      augmenter.load(
        hounsfield: $0,
        windows: [.init(center: 40, width: 80), .init(center: 0, width: 2048)])
    }
    let brain: [Float] = [0, 0, 127.5, 255, 39 * 255 / 80, 255]
    let wide: [Float] = [0, 127.5, 1064 * 255 / 2048, 1104 * 255 / 2048, 1063 * 255 / 2048, 255]
    for (level, expected) in zip(augmenter.levels, brain + wide) {
      #expect(abs(level - expected) < 1e-3)
    }
  }
}
