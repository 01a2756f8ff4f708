@testable import Augmentation

/// A small picture of a formula, carried through an `Augmenter`.
enum TestPicture {
  static let width = 9
  static let height = 7

  /// The level of a pixel, counted row by row.
  static func level(_ pixel: Int, channel: Int = 0) -> UInt8 {
    UInt8((pixel * 37 + 11 + channel * 90) % 256)
  }

  /// The formula's picture, [C, H, W], after some steps.
  static func augmented(_ steps: AugmentationSteps, channels: Int = 1) -> [Float] {
    let samples = (0..<width * height * channels).map {
      level($0 / channels, channel: $0 % channels)
    }
    return augmented(samples, steps, width: width, height: height, channels: channels)
  }

  /// A picture of interleaved samples, [C, H, W], after some steps.
  static func augmented(
    _ samples: [UInt8], _ steps: AugmentationSteps, width: Int, height: Int, channels: Int
  ) -> [Float] {
    let augmenter = Augmenter(width: width, height: height, channels: channels)
    samples.withUnsafeBufferPointer { augmenter.load($0, stride: channels) }
    augmenter.apply(steps)
    return augmenter.levels
  }

  /// The largest difference; infinite where the counts differ.
  static func distance(_ values: [Float], _ expected: [Double]) -> Double {
    if values.count != expected.count { return .infinity }
    return zip(values, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
  }
}

extension Augmenter {
  /// The picture as planes, [C, H, W].
  var levels: [Float] {
    // NaN, so that a value which nobody wrote is seen.
    var planes = [Float](repeating: .nan, count: width * height * channels)
    planes.withUnsafeMutableBufferPointer {
      store(
        gain: [Float](repeating: 1, count: channels),
        offset: [Float](repeating: 0, count: channels), into: $0)
    }
    return planes
  }
}
