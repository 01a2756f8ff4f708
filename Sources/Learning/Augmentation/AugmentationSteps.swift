/// What has been drawn for one sample: steps in their order, with their numbers.
package struct AugmentationSteps: Sendable, Equatable {
  package enum Step: Sendable, Equatable {
    /// Flip, crop, scale, shear, rotation and shift, in this order, as one mapping.
    case geometry(AffineMapping)
    /// Standard deviation in pixels.
    case gaussianBlur(Double)
    /// Edge length in pixels.
    case averageBlur(Int)
    /// Edge length in pixels, 3 or 5.
    case medianBlur(Int)
    /// Standard deviation in levels, and the key of the picture's noise.
    case noise(deviation: Double, key: UInt64)
    /// Factor of the distance from level 128.
    case contrast(Double)
    /// Factor of the level.
    case brightness(Double)
  }

  /// How a window differs from the one that is configured.
  package struct WindowChange: Sendable, Equatable {
    /// HU added to the center.
    package var shift: Double
    /// Factor of the width.
    package var factor: Double

    package init(shift: Double, factor: Double) {
      self.shift = shift
      self.factor = factor
    }
  }

  package var steps: [Step]
  /// For the first three windows; empty for no change. They act when the picture is loaded.
  package var windows: [WindowChange]

  package init(_ steps: [Step], windows: [WindowChange] = []) {
    self.steps = steps
    self.windows = windows
  }
}
