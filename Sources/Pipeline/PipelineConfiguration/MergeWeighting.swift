import Vocabulary

/// How the merged networks are weighed: by a rule, or as given.
package enum MergeWeighting: Equatable, Sendable {
  case rule(WeightingRule)
  /// What the weights are proportional to, by key of `train`; none below 0, one of them above.
  case given([String: Double])
}

extension MergeWeighting: CustomStringConvertible {
  /// The rule's name, or “by hand”.
  package var description: String {
    switch self {
    case .rule(let rule): rule.rawValue
    case .given: "by hand"
    }
  }
}

extension MergeWeighting: Codable {
  package init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let shares = try? value.decode([String: Double].self) {
      self = .given(shares)
    } else {
      self = .rule(try value.decode(WeightingRule.self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .rule(let rule): try value.encode(rule)
    case .given(let shares): try value.encode(shares)
    }
  }
}

extension ConfigurationSection {
  /// One of the rules, or a mapping with a number for each of the merged networks.
  func weighting(
    _ key: some CodingKey, default: MergeWeighting, of models: [String]
  ) throws -> MergeWeighting {
    guard case .mapping? = node(key)?.value else {
      let rule: WeightingRule? = try choice(key)
      return rule.map { .rule($0) } ?? `default`
    }
    let section = try section(key, known: models)
    var shares: [String: Double] = [:]
    for name in models {
      guard let entry = section.entries.first(where: { $0.key == name }) else {
        throw section.fault(
          at: section.origin, name, code: "key-missing", "The merged network \(name) has no weight",
          remedy: "Give each of \(models.joined(separator: ", ")) a number, 0 for none.")
      }
      shares[name] = try section.number(name, entry.value, in: 0...1e6)
    }
    guard shares.values.contains(where: { $0 > 0 }) else {
      throw fault(
        key, code: "weights-zero", "All weights are 0",
        remedy: "Give at least one network a weight above 0.")
    }
    return .given(shares)
  }
}
