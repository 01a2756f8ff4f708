import Diagnostics
import Foundation

/// A YAML value that still knows where it was written.
struct ConfigurationNode {
  /// Where a value was written, for errors and for relative paths.
  struct Origin {
    /// `pipeline.yaml:12`, or the whole `--set KEY=VALUE`.
    let place: String
    /// What relative paths start from.
    let folder: URL
  }

  struct Entry {
    let key: String
    let origin: Origin
    var value: ConfigurationNode
  }

  enum Value {
    case scalar(Scalar)
    case sequence([ConfigurationNode])
    case mapping([Entry])
  }

  var value: Value
  let origin: Origin
  /// What `--set` was given, character by character: the value of a key that is a path.
  var literal: String?
  /// Why what `--set` was given is no YAML; matters only where the key is no path.
  var fault: IchorError?

  init(value: Value, origin: Origin) {
    self.value = value
    self.origin = origin
  }

  /// The value of a key that is a text: what `--set` was given, or a text of the file.
  var text: String? {
    if let literal { return literal }
    guard case .scalar(.text(let text)) = value else { return nil }
    return text
  }

  /// The kind of value, in words.
  var kind: String {
    switch value {
    case .scalar(let scalar): scalar.kind
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

extension ConfigurationNode {
  /// A scalar of YAML 1.2's core schema: `yes` and `on` are text, `3` is never text.
  enum Scalar: Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)

    init(_ text: String, isPlain: Bool) {
      guard isPlain else {
        self = .text(text)
        return
      }
      switch text {
      case "", "~", "null", "Null", "NULL": self = .null
      case "true", "True", "TRUE": self = .bool(true)
      case "false", "False", "FALSE": self = .bool(false)
      default:
        let looksNumeric = text.utf8.allSatisfy { Self.numeric.contains($0) }
        let hasDigit = text.utf8.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if looksNumeric, hasDigit, let integer = Int(text) {
          self = .integer(integer)
        } else if looksNumeric, hasDigit, let number = Double(text), number.isFinite {
          self = .number(number)
        } else {
          self = .text(text)
        }
      }
    }

    private static let numeric = Set("0123456789+-.eE".utf8)

    /// Its type and value, for an error.
    var kind: String {
      switch self {
      case .null: "null"
      case .bool(let value): "the truth value \(value)"
      case .integer(let value): "the whole number \(value)"
      case .number(let value): "the number \(value)"
      case .text(let value): "the text “\(value.prefix(60))”"
      }
    }
  }
}
