import Diagnostics
import PipelineContract
import Vocabulary

extension ConfigurationSection {
  /// A case of an enumeration, by its spelling; an absent key gives `nil`, `null` is refused.
  func choice<Value: Choice>(_ key: some CodingKey) throws -> Value? {
    try value(key) { try choice($0, $1) }
  }

  func choice<Value: Choice>(_ key: some CodingKey, default: Value) throws -> Value {
    try choice(key) ?? `default`
  }

  /// `null` and an absent key give `nil`.
  func optionalChoice<Value: Choice>(_ key: some CodingKey) throws -> Value? {
    if case .scalar(.null)? = node(key)?.value { return nil }
    return try choice(key)
  }

  /// A list of different cases; `null` and an absent key give `nil`.
  func choices<Value: Choice>(_ key: some CodingKey, count: ClosedRange<Int>) throws -> [Value]? {
    try list(key, of: "names", count: count, spelling: \.rawValue) { try choice($0, $1) }
  }

  /// A list of different names out of a set.
  func names(
    _ key: some CodingKey, default: [String], of known: [String], count: ClosedRange<Int>
  ) throws -> [String] {
    let names = try list(key, of: "names", count: count, spelling: \.self) { key, node in
      let name = try text(key, node, of: known)
      guard known.contains(name) else { throw unknown(name, key, node, known: known) }
      return name
    }
    return names ?? `default`
  }

  private func choice<Value: Choice>(_ key: String, _ node: ConfigurationNode) throws -> Value {
    let known = Value.spellings
    let name = try text(key, node, of: known)
    guard let choice = Value(rawValue: name) else {
      throw unknown(name, key, node, known: known)
    }
    return choice
  }

  private func text(_ key: String, _ node: ConfigurationNode, of known: [String]) throws -> String {
    guard case .scalar(.text(let text)) = node.value else {
      throw wrongType(key, node, "one of \(known.joined(separator: ", "))")
    }
    return text
  }

  private func unknown(
    _ name: String, _ key: String, _ node: ConfigurationNode, known: [String]
  ) -> IchorError {
    fault(
      at: node.origin, key, code: "value-unknown", "“\(name)” is not known here",
      remedy: NearestName.remedy(for: name, known: known))
  }
}

extension NearestName {
  /// The nearest of the known names as a question, and all of them as a sentence.
  static func remedy(for name: String, known: [String]) -> String {
    (nearest(to: name, in: known).map { "Did you mean “\($0)”? " } ?? "")
      + "Use one of \(known.joined(separator: ", "))."
  }
}
