/// What is done at random to the pictures that a network is trained on; everything is off by
/// default.
///
/// A range is written `[lowest, highest]`, or as one number, its bound: `b` stands for [0, b] where
/// nothing is done at 0 and there is no other side (`crop`, `noise`, `blur_gaussian`), for [-b, b]
/// where there is (`shift`, `rotation`, `shear`, `window_center`), and for [1 - b, 1 + b] where
/// nothing is done at 1 (`contrast`, `brightness`, `scale`, `window_width`).
package struct AugmentParameters: Codable, Equatable, Sendable {
  /// Whether half of the pictures are mirrored left to right.
  package var flip = false
  /// Part of the extent cut off each side, 0...0.45; the rest is stretched to the picture's size.
  package var crop: ClosedRange<Double>?
  /// Probability that a picture is blurred, by one of the kinds that have a range.
  package var blur = 0.0
  /// Standard deviation in pixels, 0...32.
  package var blurGaussian: ClosedRange<Double>?
  /// Edge length of a box in whole pixels, 2...32.
  package var blurAverage: ClosedRange<Double>?
  /// Edge length of a median's window in whole pixels, 3...5, of which 3 and 5 are drawn.
  package var blurMedian: ClosedRange<Double>?
  /// Standard deviation of additive Gaussian noise, as a part of the 255 levels, 0...1.
  package var noise: ClosedRange<Double>?
  /// Factor of the distance from level 128, 0...10.
  package var contrast: ClosedRange<Double>?
  /// Factor of the level, 0...10.
  package var brightness: ClosedRange<Double>?
  /// Factors of width and of height, 0.1...10.
  package var scale: ClosedRange<Double>?
  /// Shifts along both axes as parts of the edge length, -1...1.
  package var shift: ClosedRange<Double>?
  /// Degrees, -180...180.
  package var rotation: ClosedRange<Double>?
  /// Degrees, -60...60.
  package var shear: ClosedRange<Double>?
  /// HU added to the center of each window, where HU are stored; -1000...1000.
  package var windowCenter: ClosedRange<Double>?
  /// Factor of the width of each window, where HU are stored; 0.1...10.
  package var windowWidth: ClosedRange<Double>?

  package init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case flip
    case crop
    case blur
    case blurGaussian = "blur_gaussian"
    case blurAverage = "blur_average"
    case blurMedian = "blur_median"
    case noise
    case contrast
    case brightness
    case scale
    case shift
    case rotation
    case shear
    case windowCenter = "window_center"
    case windowWidth = "window_width"
  }

  init(_ section: ConfigurationSection) throws {
    flip = try section.bool(CodingKeys.flip, default: false)
    crop = try section.range(CodingKeys.crop, in: 0...0.45, .fromZero)
    blur = try section.number(CodingKeys.blur, default: 0, in: 0...1)
    blurGaussian = try section.range(CodingKeys.blurGaussian, in: 0...32, .fromZero)
    blurAverage = try section.range(CodingKeys.blurAverage, in: 2...32, .wholeFromLowest)
    blurMedian = try section.range(CodingKeys.blurMedian, in: 3...5, .wholeFromLowest)
    noise = try section.range(CodingKeys.noise, in: 0...1, .fromZero)
    contrast = try section.range(CodingKeys.contrast, in: 0...10, .aboutOne)
    brightness = try section.range(CodingKeys.brightness, in: 0...10, .aboutOne)
    scale = try section.range(CodingKeys.scale, in: 0.1...10, .aboutOne)
    shift = try section.range(CodingKeys.shift, in: -1...1, .aboutZero)
    rotation = try section.range(CodingKeys.rotation, in: -180...180, .aboutZero)
    shear = try section.range(CodingKeys.shear, in: -60...60, .aboutZero)
    windowCenter = try section.range(CodingKeys.windowCenter, in: -1000...1000, .aboutZero)
    windowWidth = try section.range(CodingKeys.windowWidth, in: 0.1...10, .aboutOne)
    if blur > 0 && blurGaussian == nil && blurAverage == nil && blurMedian == nil {
      throw section.fault(
        CodingKeys.blur, code: "blur-kind-missing", "No kind of blur has a range",
        remedy: "Add blur_gaussian, blur_average or blur_median, such as “blur_gaussian: [0, 1]”.")
    }
    if let median = blurMedian, median.lowerBound == 4, median.upperBound == 4 {
      throw section.fault(
        CodingKeys.blurMedian, code: "value-out-of-range", "A median's window has 3 or 5 pixels",
        remedy: "Use 3, 5 or [3, 5].")
    }
  }

  /// Whether windows vary, which requires pictures that store HU.
  package var variesWindows: Bool { windowCenter != nil || windowWidth != nil }
}

/// What a single number means where a range is allowed.
private enum RangeBound {
  case fromZero
  case aboutZero
  case aboutOne
  /// From the lowest number allowed, in whole numbers.
  case wholeFromLowest

  func range(_ bound: Double, in limits: ClosedRange<Double>) -> (Double, Double) {
    switch self {
    case .fromZero: (0, bound)
    case .aboutZero: (-bound, bound)
    case .aboutOne: (1 - bound, 1 + bound)
    case .wholeFromLowest: (limits.lowerBound, bound)
    }
  }
}

extension ConfigurationSection {
  /// A list of two numbers, or one that bounds the range; `nil` for `null` and an absent key.
  fileprivate func range(
    _ key: some CodingKey, in limits: ClosedRange<Double>, _ bound: RangeBound
  ) throws -> ClosedRange<Double>? {
    guard let node = node(key) else { return nil }
    let name = key.stringValue
    let words = "a number, or two as [lowest, highest]"
    func number(_ node: ConfigurationNode) throws -> Double {
      switch node.value {
      case .scalar(.integer(let integer)): return Double(integer)
      case .scalar(.number(let number)) where bound != .wholeFromLowest: return number
      default: throw wrongType(name, node, bound == .wholeFromLowest ? "whole numbers" : words)
      }
    }
    let ends: (low: Double, high: Double)
    switch node.value {
    case .scalar(.null): return nil
    case .sequence(let elements):
      guard elements.count == 2 else { throw wrongType(name, node, words) }
      ends = (try number(elements[0]), try number(elements[1]))
    default:
      ends = bound.range(try number(node), in: limits)
    }
    guard ends.low <= ends.high else {
      throw fault(
        at: node.origin, name, code: "range-reversed",
        "The range [\(ends.low), \(ends.high)] ends before it begins",
        remedy: "Write the lower number first, and bounds as positive numbers.")
    }
    guard limits.contains(ends.low), limits.contains(ends.high) else {
      throw fault(
        at: node.origin, name, code: "value-out-of-range",
        "The range [\(ends.low), \(ends.high)] goes beyond what is allowed",
        remedy: "Stay within \(limits.lowerBound) to \(limits.upperBound).")
    }
    return ends.low...ends.high
  }
}
