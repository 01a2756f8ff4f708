/// How the pixels of a line are shared out when it is resampled by area.
///
/// Output pixel `o` covers the span [o * n/m, (o + 1) * n/m) of a line of `n` pixels that becomes one
/// of `m`; an input pixel counts by the length of its overlap with that span. Lengths are counted
/// in units of `gcd(n, m) / m` of an input pixel, so that every weight is a whole number and sums of
/// whole HU are exact; the weights of one output pixel add up to `total`. The same holds for n < m.
struct AreaWeights: Sendable {
  let input: Int
  let output: Int
  /// What the weights of each output pixel add up to: n / gcd(n, m).
  let total: Int
  /// Weights per output pixel, a multiple of 4; those past the span are 0.
  let taps: Int
  /// The first input pixel under each output pixel.
  let first: [Int]
  /// How many input pixels lie under each output pixel.
  let used: [Int]
  /// `weights[o * taps + t]` is that of input pixel `first[o] + t`, which may lie past the end
  /// where the weight is 0.
  let weights: [Float]
  /// The same as whole numbers; usable where `total` fits 16 bits.
  let wholeWeights: [UInt16]

  /// - Precondition: both lengths are at least 1.
  init(from input: Int, to output: Int) {
    precondition(input > 0 && output > 0, "a line has at least one pixel")
    let common = Self.greatestCommonDivisor(input, output)
    let unit = output / common
    let span = input / common
    let overlaps = (0..<output).map { (index: Int) -> [(pixel: Int, weight: Int)] in
      let begin = index * span
      let end = begin + span
      return (begin / unit...(end - 1) / unit).map { pixel in
        (pixel, min(end, (pixel + 1) * unit) - max(begin, pixel * unit))
      }
    }
    let widest = overlaps.reduce(1) { max($0, $1.count) }
    let taps = (widest + 3) / 4 * 4
    var weights = [Float](repeating: 0, count: output * taps)
    for (index, overlap) in overlaps.enumerated() {
      for (tap, part) in overlap.enumerated() { weights[index * taps + tap] = Float(part.weight) }
    }
    self.input = input
    self.output = output
    self.total = span
    self.taps = taps
    self.first = overlaps.map { $0.first?.pixel ?? 0 }
    self.used = overlaps.map(\.count)
    self.weights = weights
    wholeWeights = weights.map { UInt16(exactly: $0) ?? 0 }
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }
}
