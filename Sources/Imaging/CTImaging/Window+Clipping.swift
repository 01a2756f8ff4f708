/// A window as the inner loops take it: values are clipped before they are averaged.
extension Window {
  var hounsfieldRange: HounsfieldRange {
    HounsfieldRange(lower: Float(lower), width: Float(width))
  }

  /// A window in HU.
  struct HounsfieldRange {
    let lower: Float
    let width: Float

    /// How far a value lies above `lower`, at least 0, at most `width`.
    @inline(__always)
    func clipped(_ hu: Float) -> Float {
      // Written so as to become the processor's maximum and minimum; a NaN becomes 0.
      let above = hu - lower
      let positive = above > 0 ? above : 0
      return positive < width ? positive : width
    }
  }

  /// A window in stored values that are HU minus a whole number.
  struct StoredRange {
    let low: Int16
    let high: Int16
    var width: Int { Int(high) - Int(low) }

    /// - Returns: `nil` where an end of the window is not a whole number that fits 16 bits.
    init?(_ window: Window, intercept: Double) {
      let lower = window.lower - intercept
      guard let low = Int16(exactly: lower), let high = Int16(exactly: lower + window.width)
      else { return nil }
      self.low = low
      self.high = high
    }

    /// How far a value lies above `low`, at least 0, at most `width`.
    @inline(__always)
    func clipped(_ value: Int16) -> UInt16 {
      let above = value > low ? value : low
      return UInt16(bitPattern: (above < high ? above : high) &- low)
    }
  }
}
