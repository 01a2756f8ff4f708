import Diagnostics
import Foundation

extension ConfigurationSection {
  /// A list of different whole numbers.
  func integers(
    _ key: some CodingKey, default: [Int], in range: ClosedRange<Int>, count: ClosedRange<Int>
  ) throws -> [Int] {
    let integers = try list(key, of: "whole numbers", count: count, spelling: String.init) {
      try integer($0, $1, in: range)
    }
    return integers ?? `default`
  }

  /// A list of different texts; empty where there is none.
  func texts(_ key: some CodingKey) throws -> [String] {
    try list(key, of: "names", count: 0...1000, spelling: \.self) { name, node in
      guard case .scalar(.text(let text)) = node.value, !text.isEmpty else {
        throw wrongType(name, node, "a name")
      }
      return text
    } ?? []
  }

  /// A list of at least one mapping; `nil` for `null` and an absent key.
  func sections(_ key: some CodingKey, known: [String]) throws -> [ConfigurationSection]? {
    guard let node = node(key) else { return nil }
    if case .scalar(.null) = node.value { return nil }
    guard case .sequence(let elements) = node.value, !elements.isEmpty else {
      throw wrongType(key.stringValue, node, "a list of mappings, such as [{KEY: VALUE}]")
    }
    return try elements.enumerated().map { place, element in
      try ConfigurationSection(
        element, key: "\(dotted(key.stringValue))[\(place)]", known: known)
    }
  }

  /// A mapping of free keys to numbers from 0 up; empty where there is none.
  func counts(_ key: some CodingKey) throws -> [String: Int] {
    let section = try section(key, known: nil)
    var counts: [String: Int] = [:]
    for entry in section.entries {
      counts[entry.key] = try section.integer(entry.key, entry.value, in: 0...1_000_000_000)
    }
    return counts
  }

  /// A list of different elements; `null` and an absent key give `nil`.
  ///
  /// - Parameters:
  ///   - words: what they are, for errors.
  ///   - spelling: an element as it is written in the file, for errors.
  func list<Element: Hashable>(
    _ key: some CodingKey, of words: String, count: ClosedRange<Int>,
    spelling: (Element) -> String, _ read: (String, ConfigurationNode) throws -> Element
  ) throws -> [Element]? {
    guard let node = node(key) else { return nil }
    if case .scalar(.null) = node.value { return nil }
    let name = key.stringValue
    guard case .sequence(let elements) = node.value else {
      throw wrongType(name, node, "a list of \(words), such as [A, B]")
    }
    guard count.contains(elements.count) else {
      throw fault(
        at: node.origin, name, code: "list-length",
        "The list has \(elements.count) elements",
        remedy: "Give \(count.lowerBound) to \(count.upperBound) of them.")
    }
    var seen: Set<Element> = []
    return try elements.map { element in
      let value = try read(name, element)
      guard seen.insert(value).inserted else {
        throw fault(
          at: element.origin, name, code: "list-duplicate",
          "\(spelling(value)) is in the list twice",
          remedy: "Keep it once.")
      }
      return value
    }
  }
}
