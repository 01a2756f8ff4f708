import Diagnostics
import Foundation
import Yams

extension ConfigurationNode {
  /// More than any configuration holds; aliases of aliases would grow without end.
  private static let largestNodeCount = 100_000

  /// Parses one YAML document; `nil` where it is empty.
  ///
  /// - Throws: `IchorError(.configuration)` with the line of what is not YAML or is not allowed
  ///   here.
  static func parse(_ yaml: String, origin: (_ line: Int?) -> Origin) throws -> ConfigurationNode? {
    try ConfigurationText.checkExpansion(of: yaml, origin: origin)
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch let error as YamlError {
      throw fault(from: error, origin: origin)
    }
    var budget = largestNodeCount
    return try root.map { try ConfigurationNode($0, origin: origin, budget: &budget) }
  }

  private init(_ node: Node, origin: (Int?) -> Origin, budget: inout Int) throws {
    self.origin = origin(node.mark?.line)
    budget -= 1
    if budget < 0 {
      throw IchorError(
        .configuration, code: "yaml-too-large", "The configuration has too many values",
        remedy: "Look for aliases that repeat each other.", at: self.origin.place)
    }
    switch node {
    case .scalar(let scalar):
      let tag = scalar.tag.description
      let isPlain = scalar.style == .plain || scalar.style == .any
      // Keys of mappings have been resolved by the check for duplicates; values have not.
      if !tag.isEmpty, tag != "!", !tag.hasPrefix("tag:yaml.org,2002:") {
        throw IchorError(
          .configuration, code: "yaml-tag", "The tag \(tag) has no meaning here",
          remedy: "Write the value without a tag.", at: self.origin.place)
      }
      let isText = tag == "tag:yaml.org,2002:str" || !isPlain
      value = .scalar(Scalar(scalar.string, isPlain: !isText))
    case .sequence(let sequence):
      var elements: [ConfigurationNode] = []
      for element in sequence {
        elements.append(try ConfigurationNode(element, origin: origin, budget: &budget))
      }
      value = .sequence(elements)
    case .mapping(let mapping):
      var entries: [Entry] = []
      for (key, element) in mapping {
        let place = origin(key.mark?.line)
        guard case .scalar(let name) = key else {
          throw IchorError(
            .configuration, code: "yaml-key", "A key is not plain text",
            remedy: "Write “KEY: VALUE”.", at: place.place)
        }
        entries.append(
          Entry(
            key: name.string, origin: place,
            value: try ConfigurationNode(element, origin: origin, budget: &budget)))
      }
      value = .mapping(entries)
    case .alias:
      throw IchorError(
        .configuration, code: "yaml-alias", "An alias has no anchor",
        remedy: "Define the anchor before it is used.", at: self.origin.place)
    }
  }

  private static func fault(from error: YamlError, origin: (Int?) -> Origin) -> IchorError {
    switch error {
    case .duplicatedKeysInMapping(let duplicates, let context):
      return IchorError(
        .configuration, code: "key-duplicate",
        "The key \(duplicates.joined(separator: ", ")) appears twice in one mapping",
        remedy: "Keep one of them.", at: origin(context.mark.line).place)
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return IchorError(
        .configuration, code: "yaml-malformed", "This is not YAML: \(problem)",
        remedy: "Correct the line at column \(mark.column).", at: origin(mark.line).place)
    case .reader(let problem, _, _, _):
      return IchorError(
        .configuration, code: "yaml-malformed", "This is not YAML: \(problem)",
        remedy: "Save the file as UTF-8 text.", at: origin(nil).place)
    default:
      return IchorError(
        .configuration, code: "yaml-malformed", "This is not YAML",
        remedy: "Correct the file.", at: origin(nil).place, cause: error)
    }
  }
}
