import Testing
import Vocabulary

@testable import Augmentation

@Suite struct AugmentationTests {
  /// The ranges of the report's code, and window jitter.
  static var ranges: AugmentationRanges {
    var ranges = AugmentationRanges.report2019
    ranges.blur?.probability = 0.9
    ranges.windowCenter = -5...5
    ranges.windowWidth = 0.9...1.1
    return ranges
  }

  /// 32-bit floats count the values of the largest picture, whose border is three pixels in all.
  @Test func everyAllowedPictureCanBeAugmented() {
    let largest = Augmenter.sides.upperBound
    #expect((largest + 3) * (largest + 3) * 3 < 1 << 23)
    #expect(Augmenter.sides.contains(PictureSize.allowed.lowerBound))
    #expect(Augmenter.sides.contains(PictureSize.allowed.upperBound))
  }

  /// Expected draws: `python Tests/Oracles/augmentation_draws.py`.
  @Test func drawsEqualTheSecondImplementation() {
    let steps = RandomAugmentation(Self.ranges, seed: 7).steps(
      epoch: 3, step: 11, sample: 5, width: 200, height: 100)
    let mapping = AffineMapping.flip(width: 200)
      .followed(
        by: .crop(
          left: 0.00496979468661315, right: 0.027679104939240796, top: 0.0666461315481291,
          bottom: 0.0803776369339983, width: 200, height: 100)
      )
      .followed(
        by: .affine(
          scaleX: 1.1727292020472346, scaleY: 1.0975254985488938, shear: 7.565613645301495,
          rotation: 4.619522144950416, shiftX: 200 * 0.17155879894030562,
          shiftY: 100 * 0.08666905051733831, width: 200, height: 100))
    // Blur: the second of three kinds, 0.5877 of the sizes 2...5.
    #expect(
      steps.steps == [
        .averageBlur(4), .geometry(mapping),
        .noise(deviation: 3.362931153718513, key: 696_964_251_675_001_625),
        .contrast(1.4134022414180083), .brightness(0.9946814549997123),
      ])
    #expect(
      steps.windows == [
        .init(shift: 1.5943345844333665, factor: 1.010114605712851),
        .init(shift: -1.3266265291176071, factor: 0.9461257517559054),
        .init(shift: -0.7438813151299009, factor: 1.0236071098552868),
      ])
  }

  /// Expected flips: `python Tests/Oracles/augmentation_draws.py`.
  @Test func flipsEqualTheSecondImplementation() {
    var ranges = AugmentationRanges()
    ranges.flip = true
    let augmentation = RandomAugmentation(ranges, seed: 7)
    let flips = (0..<16).map {
      let steps = augmentation.steps(epoch: 1, step: 2, sample: $0, width: 9, height: 7)
      return steps == AugmentationSteps([.geometry(.flip(width: 9))]) ? 1 : 0
    }
    #expect(flips == [1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1])
  }

  @Test func nothingIsDrawnWhereNothingIsOn() {
    let none = RandomAugmentation(AugmentationRanges(), seed: 1)
    #expect(none.ranges.isEmpty)
    #expect(
      none.steps(epoch: 0, step: 0, sample: 0, width: 9, height: 7) == AugmentationSteps([]))
    #expect(!Self.ranges.isEmpty)
  }

  @Test func oneKindDoesNotChangeAnothersNumbers() {
    var alone = AugmentationRanges()
    alone.contrast = 0.75...1.5
    let steps = RandomAugmentation(alone, seed: 7).steps(
      epoch: 3, step: 11, sample: 5, width: 200, height: 100)
    #expect(steps == AugmentationSteps([.contrast(1.4134022414180083)]))
  }

  private static let draws = 4000

  private func all(_ change: (inout AugmentationRanges) -> Void) -> [AugmentationSteps] {
    var ranges = AugmentationRanges()
    change(&ranges)
    let augmentation = RandomAugmentation(ranges, seed: 2019)
    return (0..<Self.draws).map {
      augmentation.steps(
        epoch: $0 / 1000, step: $0 / 25 % 40, sample: $0 % 25, width: 100, height: 50)
    }
  }

  /// The largest distance from the uniform distribution on a range; 1 for what lies outside it.
  /// It exceeds 1.95 / sqrt(4000) = 0.0308 with p = 0.001 (Kolmogorov).
  private func distance(_ values: [Double], _ range: ClosedRange<Double>) -> Double {
    guard values.count == Self.draws, values.allSatisfy(range.contains) else { return 1 }
    return values.sorted().enumerated().map { rank, value in
      let expected = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
      return abs((Double(rank) + 0.5) / Double(values.count) - expected)
    }.max() ?? 1
  }

  private func mappings(_ change: (inout AugmentationRanges) -> Void) -> [AffineMapping] {
    all(change).compactMap { steps in
      if case .geometry(let mapping)? = steps.steps.first { mapping } else { nil }
    }
  }

  @Test func levelsAreChangedUniformly() {
    let contrasts = all { $0.contrast = 0.75...1.5 }.compactMap { steps -> Double? in
      if case .contrast(let factor)? = steps.steps.first { factor } else { nil }
    }
    #expect(distance(contrasts, 0.75...1.5) < 0.0308)
    let brightnesses = all { $0.brightness = 0.8...1.2 }.compactMap { steps -> Double? in
      if case .brightness(let factor)? = steps.steps.first { factor } else { nil }
    }
    #expect(distance(brightnesses, 0.8...1.2) < 0.0308)
    let noises = all { $0.noise = 0...0.05 }.compactMap { steps -> (Double, UInt64)? in
      if case .noise(let deviation, let key)? = steps.steps.first { (deviation, key) } else { nil }
    }
    #expect(distance(noises.map(\.0), 0...12.75) < 0.0308)
    #expect(Set(noises.map(\.1)).count == Self.draws)
    let windows = all {
      $0.windowCenter = -5...5
      $0.windowWidth = 0.9...1.1
    }
    for window in 0..<3 {
      #expect(distance(windows.map { $0.windows[window].shift }, -5...5) < 0.0308)
      #expect(distance(windows.map { $0.windows[window].factor }, 0.9...1.1) < 0.0308)
    }
  }

  /// Every parameter read back out of the mapping it gives alone.
  @Test func geometryIsDrawnUniformly() {
    let flips = mappings { $0.flip = true }
    #expect(flips.count == Self.draws)
    // 2000 of 4000, standard deviation 31.6.
    #expect(abs(flips.filter { $0.xx == -1 && $0.x0 == 99 }.count - 2000) < 127)
    #expect(flips.filter { $0 == .identity || $0.xx == -1 }.count == Self.draws)

    let crops = mappings { $0.crop = 0...0.1 }
    let left = crops.map { ($0.x0 - ($0.xx - 1) / 2) / 100 }
    let top = crops.map { ($0.y0 - ($0.yy - 1) / 2) / 50 }
    let slack = -1e-9...0.1 + 1e-9
    #expect(distance(left, slack) < 0.0308 && distance(top, slack) < 0.0308)
    #expect(distance(zip(crops, left).map { 1 - $0.xx - $1 }, slack) < 0.0308)
    #expect(distance(zip(crops, top).map { 1 - $0.yy - $1 }, slack) < 0.0308)

    let scales = mappings { $0.scale = 0.8...1.2 }
    #expect(distance(scales.map { 1 / $0.xx }, 0.8 - 1e-9...1.2 + 1e-9) < 0.0308)
    #expect(distance(scales.map { 1 / $0.yy }, 0.8 - 1e-9...1.2 + 1e-9) < 0.0308)

    let shifts = mappings { $0.shift = -0.2...0.2 }
    #expect(distance(shifts.map { -$0.x0 / 100 }, -0.2 - 1e-9...0.2 + 1e-9) < 0.0308)
    #expect(distance(shifts.map { -$0.y0 / 50 }, -0.2 - 1e-9...0.2 + 1e-9) < 0.0308)

    // The tangents' means; uniform in the angle, not in its tangent.
    func degrees(_ tangent: Double) -> Double { Self.arctangent(tangent) * 180 / .pi }
    let rotations = mappings { $0.rotation = -25...25 }.map { degrees(-$0.yx / $0.xx) }
    #expect(distance(rotations, -25 - 1e-9...25 + 1e-9) < 0.0308)
    let shears = mappings { $0.shear = -8...8 }.map { degrees($0.xy) }
    #expect(distance(shears, -8 - 1e-9...8 + 1e-9) < 0.0308)
  }

  /// By its series, exact for |x| < 0.5.
  private static func arctangent(_ x: Double) -> Double {
    (0..<60).reduce(0) { sum, order in
      let power = (0..<2 * order + 1).reduce(1.0) { product, _ in product * x }
      return sum + (order % 2 == 0 ? 1 : -1) * power / Double(2 * order + 1)
    }
  }

  /// Chi-squared with 2, 3 and 119 degrees of freedom exceeds 13.82, 16.27 and 173.6 with p = 0.001
  /// (scipy.stats.chi2.ppf(0.999, …)).
  @Test func kindsSizesAndOrdersAreEquallyLikely() {
    func chiSquared(_ counts: [Int], of total: Int) -> Double {
      let mean = Double(total) / Double(counts.count)
      return counts.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) / mean }
    }
    let blurs = all {
      $0.blur = .init(probability: 0.5, gaussian: 0...1, average: 2...5, median: 3...5)
    }.compactMap(\.steps.first)
    #expect(abs(blurs.count - 2000) < 127)
    var kinds = [0, 0, 0]
    var averages = [Int](repeating: 0, count: 4)
    var medians: [Int: Int] = [:]
    for blur in blurs {
      switch blur {
      case .gaussianBlur(let deviation):
        kinds[0] += 1
        #expect((0...1).contains(deviation))
      case .averageBlur(let size):
        kinds[1] += 1
        averages[size - 2] += 1
      case .medianBlur(let size):
        kinds[2] += 1
        medians[size, default: 0] += 1
      default: Issue.record("no blur: \(blur)")
      }
    }
    #expect(chiSquared(kinds, of: blurs.count) < 13.82)
    #expect(chiSquared(averages, of: kinds[1]) < 16.27)
    #expect(Set(medians.keys) == [3, 5])
    #expect(abs((medians[3] ?? 0) - kinds[2] / 2) < 60)

    var orders: [String: Int] = [:]
    for steps in all({
      $0 = Self.ranges
      $0.blur?.probability = 1
    }) {
      let names = steps.steps.map { step in
        switch step {
        case .geometry: "g"
        case .gaussianBlur, .averageBlur, .medianBlur: "b"
        case .noise: "n"
        case .contrast: "c"
        case .brightness: "l"
        }
      }
      orders[names.joined(), default: 0] += 1
    }
    #expect(orders.count == 120)
    #expect(chiSquared(Array(orders.values), of: Self.draws) < 173.6)
  }
}
