/// What may be done to a picture at random, and how far; everything is off by default.
///
/// A number is drawn uniformly from its range, anew for every sample. Grey levels are 0...255, and
/// every step clips to them. The definitions and, unless stated otherwise, their limits at the
/// edges are those of imgaug 0.4, which the report of 2019 used; its ranges are given with each
/// step, for comparison.
package struct AugmentationRanges: Sendable, Equatable {
  /// One of several blurs, with equal chances among those that have a range.
  package struct Blur: Sendable, Equatable {
    /// Probability that a picture is blurred.
    package var probability: Double
    /// Standard deviation of a Gaussian, in pixels.
    package var gaussian: ClosedRange<Double>?
    /// Edge length of a box average, in pixels: 2 and up, odd or even.
    package var average: ClosedRange<Int>?
    /// Edge length of a median's window, in pixels: 3 or 5; even numbers are passed over.
    package var median: ClosedRange<Int>?

    /// - Precondition: at least one range is given, and all are as their properties say.
    package init(
      probability: Double, gaussian: ClosedRange<Double>? = nil,
      average: ClosedRange<Int>? = nil, median: ClosedRange<Int>? = nil
    ) {
      precondition((0...1).contains(probability), "a probability lies in 0...1")
      precondition(gaussian != nil || average != nil || median != nil, "a blur needs a kind")
      precondition(gaussian?.lowerBound ?? 0 >= 0, "a standard deviation is not negative")
      precondition(average?.lowerBound ?? 2 >= 2, "an average takes 2 pixels or more")
      precondition(
        median.map { $0.lowerBound >= 3 && $0.upperBound <= 5 && $0 != 4...4 } ?? true,
        "a median takes 3 or 5 pixels")
      self.probability = probability
      self.gaussian = gaussian
      self.average = average
      self.median = median
    }
  }

  /// Whether half of the pictures are mirrored left to right.
  package var flip = false
  /// Part of the extent that is cut off each of the four sides, drawn separately for each; what is
  /// left is stretched to the picture's extent. The report's code: 0...0.1.
  package var crop: ClosedRange<Double>?
  package var blur: Blur?
  /// Standard deviation of the noise added to every sample, independently by channel, as a part of
  /// the 255 levels. The report's code: 0...0.05.
  package var noise: ClosedRange<Double>?
  /// Factor of the distance from level 128. The report's code: 0.75...1.5.
  package var contrast: ClosedRange<Double>?
  /// Factor of every level. The report's code: 0.8...1.2.
  package var brightness: ClosedRange<Double>?
  /// Factors of width and height, drawn separately for each. The report's code: 0.8...1.2.
  package var scale: ClosedRange<Double>?
  /// Shifts to the right and down as parts of width and height, drawn separately for each. The
  /// report's code: -0.2...0.2.
  package var shift: ClosedRange<Double>?
  /// Angle in degrees, clockwise on the screen. The report's code: -25...25.
  package var rotation: ClosedRange<Double>?
  /// Angle in degrees by which vertical lines lean. The report's code: -8...8.
  package var shear: ClosedRange<Double>?
  /// HU added to the center of each window, drawn separately for each; for pictures that hold HU.
  package var windowCenter: ClosedRange<Double>?
  /// Factor of the width of each window, drawn separately for each; for pictures that hold HU.
  package var windowWidth: ClosedRange<Double>?

  package init() {}

  /// Whether nothing at all is done.
  package var isEmpty: Bool { self == AugmentationRanges() }

  /// Whether pixels move.
  var hasGeometry: Bool {
    flip || crop != nil || scale != nil || shift != nil || rotation != nil || shear != nil
  }
}

extension AugmentationRanges {
  /// The ranges of the code behind the report of 2019, all at once. The report names three kinds of
  /// blur but no ranges: these are mild ones, for half of the pictures.
  package static let report2019: AugmentationRanges = {
    var ranges = AugmentationRanges()
    ranges.flip = true
    ranges.crop = 0...0.1
    ranges.blur = Blur(probability: 0.5, gaussian: 0...1, average: 2...5, median: 3...5)
    ranges.noise = 0...0.05
    ranges.contrast = 0.75...1.5
    ranges.brightness = 0.8...1.2
    ranges.scale = 0.8...1.2
    ranges.shift = -0.2...0.2
    ranges.rotation = -25...25
    ranges.shear = -8...8
    return ranges
  }()
}
