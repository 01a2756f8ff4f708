import Foundation

/// How probabilities are written: seven significant digits, a dot, no locale.
enum SignificantDigits {
  private static let posix = Locale(identifier: "en_US_POSIX")

  static func text(_ value: Double) -> String {
    String(format: "%.7g", locale: posix, value)
  }
}
