import Randomness

/// Identifiers as RSNA 2019 made them: `ID_` and hexadecimal digits, in no order.
///
/// A keyed bijection of a serial number, so no two are ever alike and none needs remembering.
struct PseudonymousIdentifiers: Sendable {
  private let keys: [UInt64]

  init(seed: UInt64) {
    var draw = CounterRandom(seed: seed, purpose: "phantom.identifiers")
    keys = (0..<4).map { _ in draw.next() }
  }

  /// Nine digits: a slice, (0008,0018) SOP Instance UID.
  func slice(patient: Int, index: Int) -> String { text(patient << 8 | index, bits: 36, key: 0) }
  /// Eight digits: (0010,0020) Patient ID.
  func patient(_ patient: Int) -> String { text(patient, bits: 32, key: 1) }
  /// Ten digits: (0020,000D) Study Instance UID.
  func study(_ patient: Int) -> String { text(patient, bits: 40, key: 2) }
  /// Ten digits: (0020,000E) Series Instance UID.
  func series(_ patient: Int) -> String { text(patient, bits: 40, key: 3) }

  private func text(_ serial: Int, bits: UInt64, key: Int) -> String {
    let mask = (UInt64(1) << bits) - 1
    var value = UInt64(truncatingIfNeeded: serial) & mask
    for round in 0..<4 {
      // Odd factors and right shifts xor-ed in are invertible modulo a power of two.
      value = (value ^ (keys[key] >> UInt64(round))) & mask
      value = (value &* (0x9E37_79B9_7F4A_7C15 &+ UInt64(2 * round))) & mask
      value ^= value >> (bits / 2)
    }
    let digits = String(value, radix: 16)
    return "ID_" + String(repeating: "0", count: max(0, Int(bits) / 4 - digits.count)) + digits
  }
}
