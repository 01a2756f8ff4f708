import Foundation

extension DefaultStringInterpolation {
  /// `\(decimal: 0.123456)` is `0.1235`: four digits after the point, for result lines.
  package mutating func appendInterpolation(decimal value: Double) {
    appendInterpolation(String(format: "%.4f", value))
  }
}
