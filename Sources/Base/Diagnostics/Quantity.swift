import Foundation

/// Numbers, sizes and times as a person reads them: a dot, no locale.
package enum Quantity {
  /// A fixed number of decimals; a dash where there is no finite value.
  package static func fixed(_ value: Double?, _ decimals: Int) -> String {
    guard let value, value.isFinite else { return "–" }
    return String(format: "%.\(decimals)f", value)
  }

  /// A share as a percentage.
  package static func percent(_ share: Double?, _ decimals: Int = 1) -> String {
    guard let share, share.isFinite else { return "–" }
    let text = fixed(abs(share) * 100, decimals) + " %"
    return share < 0 ? "−" + text : text
  }

  /// Three significant digits at most: `0.25`, `12.3`, `1234`.
  package static func rough(_ value: Double) -> String {
    String(format: value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value)
  }

  /// Thousands set apart by thin spaces.
  package static func grouped(_ value: Int) -> String {
    var groups: [String] = []
    var rest = value.magnitude
    while rest >= 1000 {
      groups.insert(String(format: "%03d", Int(rest % 1000)), at: 0)
      rest /= 1000
    }
    groups.insert(String(rest), at: 0)
    return (value < 0 ? "−" : "") + groups.joined(separator: "\u{2009}")
  }

  /// `1 file`, `2 files`.
  package static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
