import Diagnostics

extension ConfigurationNode {
  /// The value of an option: its YAML, or a text where YAML would leave part of it over.
  ///
  /// YAML ends a value at ` #` without a word. An option has no comments, so that such a value stays
  /// the text that it is, which no key takes but one of a path or a text.
  init(literal text: String, origin: Origin) {
    self.init(value: .scalar(.text(text)), origin: origin)
    do {
      if !Self.hasComment(text) {
        value = try Self.parse(text) { _ in origin }?.value ?? .scalar(.null)
      }
    } catch {
      fault = error as? IchorError
    }
    literal = text
  }

  /// Whether `#` stands where YAML begins a comment: first or after a space, outside of quotes.
  static func hasComment(_ text: String) -> Bool {
    var quote: Character?
    var escaped = false
    var previous: Character = " "
    for character in text {
      defer { previous = character }
      if let open = quote {
        if escaped {
          escaped = false
        } else if character == "\\", open == "\"" {
          escaped = true
        } else if character == open {
          quote = nil
        }
      } else if character == "#", previous.isWhitespace {
        return true
      } else if character == "\"" || character == "'",
        previous.isWhitespace || "[{,:".contains(previous)
      {
        quote = character
      }
    }
    return false
  }
}
