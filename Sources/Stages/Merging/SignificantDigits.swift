import Foundation

/// How probabilities are written: seven significant digits, a dot, no locale.
enum SignificantDigits {
  /// Formats without a locale argument, which is what makes Foundation use the C locale.
  static func text(_ value: Double) -> String { String(format: "%.7g", value) }
}
