/// UTF-16 that comes in pieces, as UTF-8.
struct UTF16Text {
  private let isBigEndian: Bool
  /// What the piece before ended with: half a unit, or half a pair of surrogates.
  private var rest: [UInt8] = []

  /// `nil` where the first bytes are no UTF-16: neither a byte order mark nor an ASCII character.
  init?(start: [UInt8]) {
    guard start.count >= 2 else { return nil }
    switch (start[0], start[1]) {
    case (0xFF, 0xFE), (1..., 0): isBigEndian = false
    case (0xFE, 0xFF), (0, 1...): isBigEndian = true
    default: return nil
    }
  }

  var isWhole: Bool { rest.isEmpty }

  /// The UTF-8 of a piece; `nil` where it is no UTF-16.
  mutating func utf8(_ piece: [UInt8]) -> [UInt8]? {
    let bytes = rest + piece
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    for place in stride(from: 0, to: bytes.count - 1, by: 2) {
      let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
      units.append(isBigEndian ? first << 8 | second : second << 8 | first)
    }
    if let last = units.last, UTF16.isLeadSurrogate(last) { units.removeLast() }
    rest = Array(bytes[(units.count * 2)...])
    if units.first == 0xFEFF { units.removeFirst() }
    return String(validating: units, as: UTF16.self).map { Array($0.utf8) }
  }
}
