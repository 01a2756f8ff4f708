/// Reads the JSON that a safetensors header may hold: objects, strings, arrays of non-negative
/// integers.
///
/// The caller states what comes next, so nothing recurses, and nothing is kept that the format has
/// no place for.
struct HeaderScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// A fault at the present position.
  func fault(_ message: String) -> HeaderFault {
    HeaderFault(code: "safetensors-header-json", message: "Header, byte \(position): \(message)")
  }

  private mutating func skipWhitespace() {
    while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) {
      position += 1
    }
  }

  /// Consumes `character` if it comes next, after white space.
  mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipWhitespace()
    guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(HeaderFault) {
    guard accept(character) else { throw fault("expected “\(character)”") }
  }

  /// Requires that only white space follows.
  mutating func expectEnd() throws(HeaderFault) {
    skipWhitespace()
    guard position == bytes.count else { throw fault("text after the header's object") }
  }

  /// Visits the members of an object; `member` reads the value that belongs to the key.
  mutating func object(
    _ member: (inout HeaderScanner, String) throws(HeaderFault) -> Void
  ) throws(HeaderFault) {
    try expect("{")
    if accept("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(&self, key)
    } while accept(",")
    try expect("}")
  }

  /// An array of non-negative integers.
  mutating func integers() throws(HeaderFault) -> [Int] {
    try expect("[")
    var values: [Int] = []
    if accept("]") { return values }
    repeat { values.append(try integer()) } while accept(",")
    try expect("]")
    return values
  }

  private mutating func integer() throws(HeaderFault) -> Int {
    skipWhitespace()
    let start = position
    var value = 0
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      let (tens, over) = value.multipliedReportingOverflow(by: 10)
      let (next, overNext) = tens.addingReportingOverflow(Int(bytes[position]) - 0x30)
      if over || overNext { throw fault("an integer past 64 bits") }
      value = next
      position += 1
    }
    if position == start { throw fault("expected a non-negative integer") }
    if bytes[start] == 0x30, position > start + 1 { throw fault("an integer with a leading zero") }
    return value
  }

  mutating func string() throws(HeaderFault) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while true {
      guard position < bytes.count else { throw fault("a string without end") }
      let byte = bytes[position]
      position += 1
      switch byte {
      case 0x22:
        guard let string = String(validating: text, as: UTF8.self) else {
          throw fault("a string that is not UTF-8")
        }
        return string
      case 0x5c: text.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20: throw fault("a control character in a string")
      default: text.append(byte)
      }
    }
  }

  /// The scalar after a backslash, surrogate pairs joined.
  private mutating func escape() throws(HeaderFault) -> Unicode.Scalar {
    guard position < bytes.count else { throw fault("a string without end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case 0x22, 0x2f, 0x5c: return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var value = try hexQuad()
      if (0xd800..<0xdc00).contains(value) {
        guard position + 1 < bytes.count, bytes[position] == 0x5c,
          bytes[position + 1] == UInt8(ascii: "u")
        else { throw fault("half a surrogate pair") }
        position += 2
        let low = try hexQuad()
        guard (0xdc00..<0xe000).contains(low) else { throw fault("half a surrogate pair") }
        value = 0x10000 + (value - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw fault("half a surrogate pair") }
      return scalar
    default: throw fault("an unknown escape in a string")
    }
  }

  private mutating func hexQuad() throws(HeaderFault) -> UInt32 {
    guard position + 4 <= bytes.count else { throw fault("a string without end") }
    var value: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("a \\u escape without four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }
}
