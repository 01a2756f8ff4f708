import Foundation

/// A linear axis: from values to pixels, with round tick marks.
struct AxisScale {
  let domain: ClosedRange<Double>
  /// Pixels of the domain's lower and upper bound; the first may be the larger one.
  let from: Double
  let to: Double

  func callAsFunction(_ value: Double) -> Double {
    let width = domain.upperBound - domain.lowerBound
    guard width > 0, value.isFinite else { return from }
    return from + (value - domain.lowerBound) / width * (to - from)
  }

  /// Multiples of 1, 2 or 5 times a power of ten inside the domain, about `count` of them.
  func ticks(_ count: Int) -> [Double] {
    let step = Self.step(domain.upperBound - domain.lowerBound, count)
    guard step > 0 else { return [domain.lowerBound] }
    let first = (domain.lowerBound / step - 1e-9).rounded(.up)
    let last = (domain.upperBound / step + 1e-9).rounded(.down)
    guard last >= first, last - first < 1000 else { return [domain.lowerBound] }
    return stride(from: first, through: last, by: 1).map { $0 == 0 ? 0 : $0 * step }
  }

  /// How many decimals the ticks need.
  func decimals(_ count: Int) -> Int {
    let step = Self.step(domain.upperBound - domain.lowerBound, count)
    guard step > 0 else { return 2 }
    return min(6, max(0, Int((-log10(step) - 1e-9).rounded(.up))))
  }

  private static func step(_ width: Double, _ count: Int) -> Double {
    guard width > 0, width.isFinite, count > 0 else { return 0 }
    let rough = width / Double(count)
    let power = pow(10, log10(rough).rounded(.down))
    let lead = rough / power
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10)
  }

  /// A domain that holds all finite values with a margin around them.
  static func domain(holding values: [Double]) -> ClosedRange<Double> {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return 0...1 }
    let margin = max((high - low) * 0.08, abs(high) * 0.02, 1e-9)
    return max(0, low - margin)...(high + margin)
  }
}
