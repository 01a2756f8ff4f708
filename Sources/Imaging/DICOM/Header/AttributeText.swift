/// Text values as bytes: trimming and identifiers (PS3.5 6.2).
enum AttributeText {
  /// No value that this reader keeps may be longer; a UID has 64 characters, an LO 64.
  static let longestValue = 1024

  private static let space: UInt8 = 0x20

  /// The value without leading spaces and without trailing spaces and NULs.
  static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var start = 0
    var end = bytes.count
    while end > start, bytes[end - 1] == space || bytes[end - 1] == 0 { end -= 1 }
    while start < end, bytes[start] == space { start += 1 }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
  }

  /// The values of a multi-valued attribute, each trimmed; one empty value for no bytes.
  static func components(_ bytes: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
    bytes.split(separator: 0x5C, omittingEmptySubsequences: false).map {
      trimmed(UnsafeRawBufferPointer(rebasing: $0))
    }
  }

  /// The value as text, with U+FFFD in place of control characters and invalid UTF-8.
  ///
  /// - Returns: the text, and whether it is the value as it stood.
  static func identifier(_ bytes: UnsafeRawBufferPointer) -> (text: String, unchanged: Bool) {
    let value = trimmed(bytes)
    let decoded = String(decoding: value, as: UTF8.self)
    let text = withoutControls(decoded)
    return (text, text.utf8.elementsEqual(value))
  }

  private static func withoutControls(_ text: String) -> String {
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      clean.append(isControl ? "\u{FFFD}" : scalar)
    }
    return String(clean)
  }
}
