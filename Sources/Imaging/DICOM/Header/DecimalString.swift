/// DS and IS values: decimal text, read without a locale (PS3.5 table 6.2-1).
enum DecimalString {
  /// The number that a trimmed DS spells; `nil` for anything else, `nan` and `inf` included.
  ///
  /// The grammar is checked first because `Double.init` also takes `nan`, `inf` and `0x1p3`.
  static func number(_ bytes: UnsafeRawBufferPointer) -> Double? {
    guard isDecimal(bytes) else { return nil }
    guard let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite else {
      return nil
    }
    return number
  }

  /// The integer that a trimmed IS spells; `nil` for anything else.
  static func integer(_ bytes: UnsafeRawBufferPointer) -> Int? {
    let digits = bytes.first == plus ? UnsafeRawBufferPointer(rebasing: bytes.dropFirst()) : bytes
    guard !digits.isEmpty, digits.count <= 12 else { return nil }
    let isNegative = digits.first == minus
    let magnitude = isNegative ? UnsafeRawBufferPointer(rebasing: digits.dropFirst()) : digits
    guard !magnitude.isEmpty else { return nil }
    var number = 0
    for byte in magnitude {
      guard isDigit(byte) else { return nil }
      number = number * 10 + Int(byte - zero)
    }
    return isNegative ? -number : number
  }

  /// All values of a DS, or `nil` where one of them is not a number.
  static func numbers(_ bytes: UnsafeRawBufferPointer) -> [Double]? {
    var numbers: [Double] = []
    for component in AttributeText.components(bytes) {
      guard let value = number(component) else { return nil }
      numbers.append(value)
    }
    return numbers
  }

  private static let plus: UInt8 = 0x2B
  private static let minus: UInt8 = 0x2D
  private static let zero: UInt8 = 0x30

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= zero && byte <= 0x39 }

  /// `[+-]? (digits [. digits?] | . digits) ([eE] [+-]? digits)?`, at most 64 bytes.
  private static func isDecimal(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count <= 64 else { return false }
    var index = 0
    func skipSign() {
      if index < bytes.count, bytes[index] == plus || bytes[index] == minus { index += 1 }
    }
    func skipDigits() -> Int {
      let start = index
      while index < bytes.count, isDigit(bytes[index]) { index += 1 }
      return index - start
    }
    skipSign()
    var digits = skipDigits()
    if index < bytes.count, bytes[index] == 0x2E {
      index += 1
      digits += skipDigits()
    }
    guard digits > 0 else { return false }
    if index < bytes.count, bytes[index] == 0x65 || bytes[index] == 0x45 {
      index += 1
      skipSign()
      guard skipDigits() > 0 else { return false }
    }
    return index == bytes.count
  }
}
