import Diagnostics
import Foundation
import PipelineContract

/// One mapping of the configuration, whose keys are read by type and range.
///
/// Every reader throws `IchorError(.configuration)` with file and line (or the `--set`), the dotted
/// key, what was found there and what is allowed.
struct ConfigurationSection {
  /// Seeds are printed and compared as JSON numbers: 53 bits are safe everywhere.
  static let seeds = 0...(1 << 53)

  /// The dotted key, empty at the root.
  let key: String
  let origin: ConfigurationNode.Origin
  let entries: [ConfigurationNode.Entry]

  /// - Parameter known: the keys that are allowed here; `nil` where they are free.
  init(_ node: ConfigurationNode, key: String, known: [String]?) throws {
    self.key = key
    origin = node.origin
    switch node.value {
    case .mapping(let entries): self.entries = entries
    case .scalar(.null): entries = []
    case .scalar, .sequence:
      throw node.fault
        ?? IchorError(
          .configuration, code: "type-wrong",
          "\(key.isEmpty ? "The file" : key) is \(node.kind), "
            + "but must be a mapping (KEY: VALUE)", remedy: "Write its keys below it, indented.",
          at: node.origin.place)
    }
    guard let known else { return }
    for entry in entries where !known.contains(entry.key) {
      let nearest = NearestName.nearest(to: entry.key, in: known)
      let guess = nearest.map { "Did you mean “\(dotted($0))”? " } ?? ""
      throw IchorError(
        .configuration, code: "key-unknown", "There is no key “\(dotted(entry.key))”",
        remedy: "\(guess)The keys here are \(known.joined(separator: ", ")).",
        at: entry.origin.place)
    }
  }

  func dotted(_ name: String) -> String { key.isEmpty ? name : "\(key).\(name)" }

  func node(_ key: some CodingKey) -> ConfigurationNode? {
    entries.first { $0.key == key.stringValue }?.value
  }

  /// The mapping under `key`; empty where there is none.
  func section<Keys: CodingKey & CaseIterable>(_ key: some CodingKey, known: Keys.Type) throws
    -> ConfigurationSection
  {
    try section(key, known: Keys.allCases.map(\.stringValue))
  }

  func section(_ key: some CodingKey, known: [String]?) throws -> ConfigurationSection {
    let node = node(key) ?? ConfigurationNode(value: .mapping([]), origin: origin)
    return try ConfigurationSection(node, key: dotted(key.stringValue), known: known)
  }

  /// An error about the value under `key`, or about its absence.
  func fault(_ key: some CodingKey, code: String, _ message: String, remedy: String) -> IchorError {
    fault(at: node(key)?.origin ?? origin, key.stringValue, code: code, message, remedy: remedy)
  }

  func fault(
    at origin: ConfigurationNode.Origin, _ name: String, code: String, _ message: String,
    remedy: String
  ) -> IchorError {
    IchorError(
      .configuration, code: code, message, remedy: remedy, at: "\(origin.place): \(dotted(name))")
  }

  func wrongType(_ key: String, _ node: ConfigurationNode, _ wanted: String) -> IchorError {
    node.fault
      ?? fault(
        at: node.origin, key, code: "type-wrong", "It is \(node.kind), but must be \(wanted)",
        remedy: "Write \(wanted).")
  }
}
