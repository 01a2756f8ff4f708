import Foundation

/// How probabilities and losses are written: seven significant digits, a dot, no locale.
package enum SignificantDigits {
  /// Formats without a locale argument, which is what makes Foundation use the C locale.
  package static func text(_ value: Double) -> String { String(format: "%.7g", value) }
}
