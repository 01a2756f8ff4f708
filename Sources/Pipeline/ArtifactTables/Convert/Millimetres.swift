import Foundation

/// Lengths as text: at most six decimals, no exponent, no locale.
enum Millimetres {
  static func text(_ value: Double) -> String {
    // Beyond this a micrometre is no longer a step of Double, and no slice lies a kilometre away.
    guard value.isFinite, abs(value) < 1e9 else { return "0" }
    let millionths = Int64((value * 1e6).rounded())
    let magnitude = millionths.magnitude
    var fraction = String(magnitude % 1_000_000)
    fraction = String(repeating: "0", count: 6 - fraction.count) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    let sign = millionths < 0 ? "-" : ""
    return "\(sign)\(magnitude / 1_000_000)" + (fraction.isEmpty ? "" : ".\(fraction)")
  }
}
