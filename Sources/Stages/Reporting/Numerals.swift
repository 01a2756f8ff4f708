import Foundation

/// How the report writes numbers: a dot, no locale.
enum Numerals {
  /// A fixed number of decimals; a dash where there is no finite value.
  static func fixed(_ value: Double?, _ decimals: Int) -> String {
    guard let value, value.isFinite else { return "–" }
    return String(format: "%.\(decimals)f", value)
  }

  /// A share as a percentage.
  static func percent(_ share: Double?, _ decimals: Int = 1) -> String {
    guard let share, share.isFinite else { return "–" }
    let text = fixed(abs(share) * 100, decimals) + " %"
    return share < 0 ? "−" + text : text
  }

  /// Thousands set apart by thin spaces.
  static func grouped(_ value: Int) -> String {
    var groups: [String] = []
    var rest = value.magnitude
    while rest >= 1000 {
      let tail = String(rest % 1000)
      groups.insert(String(repeating: "0", count: 3 - tail.count) + tail, at: 0)
      rest /= 1000
    }
    groups.insert(String(rest), at: 0)
    return (value < 0 ? "−" : "") + groups.joined(separator: "\u{2009}")
  }

  /// `4.1 s`, `12 min 5 s`, `3 h 20 min`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
    if seconds < 60 { return fixed(seconds, 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  /// `812 KiB`, `3.4 MiB`.
  static func bytes(_ count: Int) -> String {
    var value = Double(max(0, count))
    for unit in ["B", "KiB", "MiB", "GiB"] {
      if value < 1024 { return fixed(value, unit == "B" || value >= 100 ? 0 : 1) + " " + unit }
      value /= 1024
    }
    return fixed(value, 1) + " TiB"
  }
}
