/// A piece of HTML in which nothing that came from outside is unescaped.
///
/// Literal text is markup; whatever is interpolated is text and gets escaped, unless it is `HTML`
/// itself. So a patient's name can't become a tag by an oversight.
struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
  let text: String

  init(stringLiteral value: String) { text = value }

  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// Joins pieces with a line feed.
  init(_ pieces: [HTML]) { text = pieces.map(\.text).joined(separator: "\n") }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount * 16)
    }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ html: HTML) { text += html.text }
    mutating func appendInterpolation(_ pieces: [HTML]) { text += HTML(pieces).text }
    mutating func appendInterpolation(_ string: String) { text += HTML.escape(string) }
    mutating func appendInterpolation(_ number: Int) { text += String(number) }
  }

  /// Text as it is allowed between tags and in quoted attributes.
  ///
  /// Control characters that XML forbids become U+FFFD.
  static func escape(_ string: String) -> String {
    var escaped = ""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\t", "\n", "\r": escaped.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
