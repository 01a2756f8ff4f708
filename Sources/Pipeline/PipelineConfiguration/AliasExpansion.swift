/// How long a YAML text is where each alias stands for the value of its anchor.
///
/// An estimate by its lines and brackets: an anchored value ends where a later line is not indented
/// deeper or, between brackets, at the comma or bracket behind it.
struct AliasExpansion {
  private struct Anchor {
    let name: ArraySlice<UInt8>
    let indentation: Int
    /// Brackets around it.
    let depth: Int
    /// Whether a line indented as much as the anchor's still belongs to its value.
    let reaches: (_ line: ArraySlice<UInt8>) -> Bool
    let start: Int
  }

  private let limit: Int
  /// No line feed stands before the first line.
  private var size = -1
  /// Brackets that are open.
  private var depth = 0
  /// The quotation mark that is open.
  private var quote: UInt8?
  private var open: [Anchor] = []
  private var sizes: [ArraySlice<UInt8>: Int] = [:]

  init(limit: Int) { self.limit = limit }

  /// Adds a line; `false` once the text is longer than the limit.
  mutating func add(_ line: [UInt8]) -> Bool {
    let content = line.drop { $0 == UInt8(ascii: " ") }
    if depth == 0, quote == nil, let first = content.first, first != UInt8(ascii: "#"),
      first != UInt8(ascii: "\r")
    {
      close { anchor in
        content.startIndex < anchor.indentation
          || (content.startIndex == anchor.indentation && !anchor.reaches(content))
      }
    }
    size += content.startIndex + 1
    var before = UInt8(ascii: " ")
    for index in content.indices {
      size += 1
      if size > limit { return false }
      let byte = content[index]
      if quote != nil {
        if byte == quote, before != UInt8(ascii: "\\") { quote = nil }
      } else if Self.introducers.contains(before) {
        if byte == UInt8(ascii: "#") {
          size += content.endIndex - index - 1
          break
        }
        begin(byte, with: content[(index + 1)...], on: content)
      } else if depth > 0 {
        bracket(byte)
      }
      before = byte
    }
    return size <= limit
  }

  /// What may begin behind a space or an indicator.
  private mutating func begin(
    _ byte: UInt8, with rest: ArraySlice<UInt8>, on line: ArraySlice<UInt8>
  ) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
    case UInt8(ascii: "&"):
      let name = rest.prefix { Self.isPartOfName($0) }
      open.append(
        Anchor(
          name: name, indentation: line.startIndex, depth: depth,
          reaches: Self.reach(name, on: line), start: size))
    case UInt8(ascii: "*"):
      let name = rest.prefix { Self.isPartOfName($0) }
      let anchor = open.last { $0.name == name }
      size += anchor.map { size - $0.start } ?? sizes[name] ?? 0
    default: bracket(byte, opens: true)
    }
  }

  private mutating func bracket(_ byte: UInt8, opens: Bool = false) {
    let depth = depth
    switch byte {
    case UInt8(ascii: "["), UInt8(ascii: "{"): if opens || depth > 0 { self.depth += 1 }
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      guard depth > 0 else { return }
      close { $0.depth >= depth }
      self.depth -= 1
    case UInt8(ascii: ","): if depth > 0 { close { $0.depth >= depth } }
    default: break
    }
  }

  private mutating func close(where hasEnded: (Anchor) -> Bool) {
    while let last = open.last, hasEnded(last) {
      sizes[last.name] = size - last.start
      open.removeLast()
    }
  }

  private static func reach(
    _ name: ArraySlice<UInt8>, on line: ArraySlice<UInt8>
  ) -> (ArraySlice<UInt8>) -> Bool {
    // Alone on its line: the value may begin below it.
    if line.count == name.count + 1 { return { _ in true } }
    if isItem(line) { return { _ in false } }
    // The items of a mapping's list may be indented as the key is.
    return isItem
  }

  private static let introducers = Set(" \t[{,-?:".utf8)

  private static func isItem(_ line: ArraySlice<UInt8>) -> Bool {
    line.first == UInt8(ascii: "-")
      && [nil, UInt8(ascii: " "), UInt8(ascii: "\r")].contains(line.dropFirst().first)
  }

  private static func isPartOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
