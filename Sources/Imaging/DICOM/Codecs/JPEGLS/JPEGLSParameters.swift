/// The numbers that decide how JPEG-LS codes samples (T.87 A.2.1, C.2.4.1.1).
struct JPEGLSParameters {
  /// MAXVAL, the largest sample.
  let largest: Int
  /// NEAR, the largest difference from the image that was coded.
  let near: Int
  /// T1, T2, T3: where gradients change their class.
  let thresholds: (Int, Int, Int)
  /// RESET: counts are halved at this many samples of a context.
  let reset: Int

  /// RANGE: the number of different prediction errors.
  let range: Int
  /// qbpp: the bits of a prediction error.
  let errorBits: Int
  /// LIMIT: the longest code.
  let longestCode: Int

  /// What an LSE segment of type 1 sets; zeros stand for defaults.
  struct Preset {
    var largest = 0
    var thresholds = (0, 0, 0)
    var reset = 0
  }

  /// - Throws: `jpegMalformed` for a preset beyond T.87 table C.1.
  init(precision: Int, near: Int, preset: Preset) throws(DICOMError) {
    let largest = preset.largest == 0 ? (1 << precision) - 1 : preset.largest
    let defaults = Self.defaultThresholds(largest: largest, near: near)
    let first = preset.thresholds.0 == 0 ? defaults.0 : preset.thresholds.0
    let second = preset.thresholds.1 == 0 ? defaults.1 : preset.thresholds.1
    let third = preset.thresholds.2 == 0 ? defaults.2 : preset.thresholds.2
    let reset = preset.reset == 0 ? 64 : preset.reset
    guard largest < 1 << precision, near <= min(255, largest / 2), near < first, first <= second,
      second <= third, third <= largest, reset >= 3, reset <= max(255, largest)
    else {
      throw DICOMError(.jpegMalformed, .pixelData, "the JPEG-LS parameters are out of range")
    }
    (self.largest, self.near, self.reset) = (largest, near, reset)
    thresholds = (first, second, third)
    range = (largest + 2 * near) / (2 * near + 1) + 1
    errorBits = Self.bits(below: range)
    let sampleBits = max(2, Self.bits(below: largest + 1))
    longestCode = 2 * (sampleBits + max(8, sampleBits))
  }

  /// The bits that tell `count` numbers apart.
  private static func bits(below count: Int) -> Int {
    Int.bitWidth - (count - 1).leadingZeroBitCount
  }

  private static func defaultThresholds(largest: Int, near: Int) -> (Int, Int, Int) {
    func clamped(_ value: Int, _ least: Int) -> Int {
      value > largest || value < least ? least : value
    }
    let wide = largest >= 128
    let factor = wide ? (min(largest, 4095) + 128) / 256 : 256 / (largest + 1)
    func scaled(_ basic: Int, _ offset: Int, _ weight: Int) -> Int {
      wide
        ? factor * (basic - offset) + offset + weight * near
        : max(offset, basic / factor + weight * near)
    }
    let first = clamped(scaled(3, 2, 3), near + 1)
    let second = clamped(scaled(7, 3, 5), first)
    return (first, second, clamped(scaled(21, 4, 7), second))
  }
}
