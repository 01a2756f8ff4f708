import PipelineContract
import Vocabulary

/// Which slices an epoch draws: `train.<model>.sampler`.
package struct SamplerParameters: Codable, Equatable, Sendable {
  /// `weighted` draws by the keys below.
  package var kind: SamplerKind
  /// Probability that a slice with a haemorrhage takes part in an epoch.
  package var keepPositive: Double
  /// Probability that a slice without one takes part in an epoch.
  package var keepNegative: Double
  /// Share of the draws that show a haemorrhage; `nil`: as many as take part.
  package var positiveShare: Double?
  /// Subtype to the share of the draws with a haemorrhage that are made for it, relative to the sum;
  /// `nil`: all slices with a haemorrhage weigh the same.
  package var weights: [Label: Double]?

  package init(
    kind: SamplerKind = .epochs, keepPositive: Double = 1, keepNegative: Double = 1,
    positiveShare: Double? = nil, weights: [Label: Double]? = nil
  ) {
    self.kind = kind
    self.keepPositive = keepPositive
    self.keepNegative = keepNegative
    self.positiveShare = positiveShare
    self.weights = weights
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case kind
    case keepPositive = "keep_positive"
    case keepNegative = "keep_negative"
    case positiveShare = "positive_share"
    case weights
  }

  /// A label other than `any`, as a key of `weights`.
  private struct Subtype: CodingKey {
    static let all = Label.allCases.filter { $0 != .any }.map { Subtype(label: $0) }

    let label: Label

    init(label: Label) { self.label = label }

    init?(stringValue: String) {
      guard let label = Label(rawValue: stringValue), label != .any else { return nil }
      self.label = label
    }

    init?(intValue: Int) { nil }

    var stringValue: String { label.rawValue }
    var intValue: Int? { nil }
  }

  /// The weights in the order of the labels, without `any`.
  package var subtypeShares: [Double]? {
    weights.map { weights in Subtype.all.map { weights[$0.label] ?? 0 } }
  }

  init(_ section: ConfigurationSection) throws {
    self.init()
    kind = try section.choice(CodingKeys.kind, default: kind)
    keepPositive = try section.number(CodingKeys.keepPositive, default: keepPositive, in: 0...1)
    keepNegative = try section.number(CodingKeys.keepNegative, default: keepNegative, in: 0...1)
    positiveShare = try section.optionalNumber(CodingKeys.positiveShare, in: 0...1)
    weights = try Self.weights(section)
    switch kind {
    case .epochs: try refuseIdleKeys(section)
    case .weighted: break
    }
    try refuseEmptyKinds(section)
  }

  /// All five subtypes, so that none is left out by mistake.
  private static func weights(_ section: ConfigurationSection) throws -> [Label: Double]? {
    guard let node = section.node(CodingKeys.weights) else { return nil }
    if case .scalar(.null) = node.value { return nil }
    let names = Subtype.all.map(\.stringValue)
    let shares = try section.section(CodingKeys.weights, known: names)
    var weights: [Label: Double] = [:]
    for subtype in Subtype.all {
      guard let share = try shares.optionalNumber(subtype, in: 0...1_000_000) else {
        throw shares.fault(
          subtype, code: "key-missing", "There is no weight of \(subtype.stringValue)",
          remedy: "Give one to each of \(names.joined(separator: ", ")).")
      }
      weights[subtype.label] = share
    }
    if weights.values.allSatisfy({ $0 == 0 }) {
      throw section.fault(
        CodingKeys.weights, code: "value-out-of-range", "All weights are 0",
        remedy: "Give a weight above 0 to one of them, or leave weights out.")
    }
    return weights
  }

  /// Keys that are set although they can't act on plain epochs.
  private func refuseIdleKeys(_ section: ConfigurationSection) throws {
    let plain = SamplerParameters()
    let idle: [(key: CodingKeys, acts: Bool)] = [
      (.keepPositive, keepPositive != plain.keepPositive),
      (.keepNegative, keepNegative != plain.keepNegative),
      (.positiveShare, positiveShare != nil), (.weights, weights != nil),
    ]
    for (key, acts) in idle where acts {
      throw section.fault(
        key, code: "setting-idle", "It has no effect on plain epochs",
        remedy: "Set \(section.dotted(CodingKeys.kind.stringValue)) to "
          + "\(SamplerKind.weighted.rawValue), or leave it out.")
    }
  }

  /// A network has to see both kinds.
  private func refuseEmptyKinds(_ section: ConfigurationSection) throws {
    let extremes: [(key: CodingKeys, isEmpty: Bool, remedy: String)] = [
      (.keepPositive, keepPositive == 0, "Use more than 0."),
      (.keepNegative, keepNegative == 0, "Use more than 0."),
      (
        .positiveShare, positiveShare == 0 || positiveShare == 1,
        "Use more than 0 and less than 1, or null."
      ),
    ]
    for extreme in extremes where extreme.isEmpty {
      throw section.fault(
        extreme.key, code: "value-out-of-range",
        "Either the slices with a haemorrhage or those without would never be drawn",
        remedy: extreme.remedy)
    }
  }
}
