import Diagnostics
import Foundation
import PipelineContract

extension ConfigurationSection {
  /// The value under `key`, which has no default.
  func integer(_ key: some CodingKey, in range: ClosedRange<Int>) throws -> Int {
    guard let value = try value(key, { try integer($0, $1, in: range) }) else {
      throw fault(
        key, code: "key-missing", "The key “\(dotted(key.stringValue))” is missing",
        remedy: "Add it, a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return value
  }

  func integer(_ key: some CodingKey, default: Int, in range: ClosedRange<Int>) throws -> Int {
    try value(key) { try integer($0, $1, in: range) } ?? `default`
  }

  /// `null` and an absent key give `nil`.
  func optionalInteger(_ key: some CodingKey, in range: ClosedRange<Int>) throws -> Int? {
    if case .scalar(.null)? = node(key)?.value { return nil }
    return try value(key) { try integer($0, $1, in: range) }
  }

  func number(_ key: some CodingKey, default: Double, in range: ClosedRange<Double>) throws
    -> Double
  {
    try value(key) { try number($0, $1, in: range) } ?? `default`
  }

  /// `null` and an absent key give `nil`.
  func optionalNumber(_ key: some CodingKey, in range: ClosedRange<Double>) throws -> Double? {
    if case .scalar(.null)? = node(key)?.value { return nil }
    return try value(key) { try number($0, $1, in: range) }
  }

  func bool(_ key: some CodingKey, default: Bool) throws -> Bool {
    let bool: Bool? = try value(key) { name, node in
      guard case .scalar(.bool(let value)) = node.value else {
        throw wrongType(name, node, "true or false")
      }
      return value
    }
    return bool ?? `default`
  }

  /// Seconds: a number, or one with s, m, h or d after it; `null` and an absent key give `nil`.
  func duration(_ name: String) throws -> Double? {
    guard let node = entries.first(where: { $0.key == name })?.value else { return nil }
    let words = "a number of seconds, or a time such as 90s, 45m or 8h"
    var seconds: Double?
    switch node.value {
    case .scalar(.null): return nil
    case .scalar(.integer(let value)): seconds = Double(value)
    case .scalar(.number(let value)): seconds = value
    case .scalar(.text(let text)):
      let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
      if let unit = text.last.flatMap({ units[$0] }) {
        seconds = Double(text.dropLast()).map { $0 * unit }
      }
    default: break
    }
    guard let seconds, seconds > 0, seconds.isFinite else { throw wrongType(name, node, words) }
    return seconds
  }

  /// An absolute path; a relative one starts from the file's folder, in `--set` from the caller's.
  ///
  /// In `--set` it is taken as it stands; `null` alone is none, and `./null` a file of that name.
  func path(_ key: some CodingKey) throws -> String? {
    guard let node = node(key), node.literal != Self.none else { return nil }
    if node.literal == nil, case .scalar(.null) = node.value { return nil }
    return try value(key) { name, node in
      guard let text = node.text, !text.isEmpty, !text.contains("\0") else {
        throw wrongType(name, node, "a path or null")
      }
      let expanded = (text as NSString).expandingTildeInPath
      let path = expanded.hasPrefix("/") ? expanded : "\(node.origin.folder.path)/\(expanded)"
      return URL(fileURLWithPath: path).standardizedFileURL.path
    }
  }

  private static let none = "null"

  /// What `read` makes of the value under `key`; an absent key gives `nil`.
  func value<Value>(
    _ key: some CodingKey, _ read: (String, ConfigurationNode) throws -> Value
  ) throws -> Value? {
    try node(key).map { try read(key.stringValue, $0) }
  }

  func integer(_ name: String, _ node: ConfigurationNode, in range: ClosedRange<Int>) throws -> Int
  {
    let words = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard case .scalar(.integer(let value)) = node.value else {
      throw wrongType(name, node, words)
    }
    guard range.contains(value) else {
      throw outOfRange(name, node, "\(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func number(_ name: String, _ node: ConfigurationNode, in range: ClosedRange<Double>)
    throws -> Double
  {
    let words = "\(range.lowerBound) to \(range.upperBound)"
    let value: Double
    switch node.value {
    case .scalar(.integer(let integer)): value = Double(integer)
    case .scalar(.number(let number)): value = number
    default: throw wrongType(name, node, "a number from \(words)")
    }
    guard range.contains(value) else { throw outOfRange(name, node, words) }
    return value
  }

  private func outOfRange(_ name: String, _ node: ConfigurationNode, _ range: String) -> IchorError
  {
    fault(
      at: node.origin, name, code: "value-out-of-range",
      "It is \(node.kind), which is out of range",
      remedy: "Use a value from \(range).")
  }
}
