import PipelineContract

/// How many replaced artifacts of an instance are kept: `keep`, one number for all stages or one for
/// each. Makes nothing stale.
///
/// What is small, or takes long to make, is kept by default.
package struct KeepParameters: Codable, Equatable, Sendable {
  package var phantom = 0
  package var convert = 0
  package var split = 1
  package var train = 3
  package var predict = 1
  package var merge = 1
  package var report = 1

  package init() {}

  package subscript(stage: Stage) -> Int {
    switch stage {
    case .phantom: phantom
    case .convert: convert
    case .split: split
    case .train: train
    case .predict: predict
    case .merge: merge
    case .report: report
    }
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case phantom, convert, split, train, predict, merge, report
  }

  private static let allowed = 0...1000

  /// - Parameters:
  ///   - root: the section that has the key.
  init(_ key: some CodingKey, in root: ConfigurationSection) throws {
    if case .scalar(.integer)? = root.node(key)?.value {
      let all = try root.integer(key, in: Self.allowed)
      (phantom, convert, split, train, predict, merge, report) = (all, all, all, all, all, all, all)
      return
    }
    let section = try root.section(key, known: CodingKeys.self)
    func number(_ key: CodingKeys, _ standard: Int) throws -> Int {
      try section.integer(key, default: standard, in: Self.allowed)
    }
    phantom = try number(.phantom, phantom)
    convert = try number(.convert, convert)
    split = try number(.split, split)
    train = try number(.train, train)
    predict = try number(.predict, predict)
    merge = try number(.merge, merge)
    report = try number(.report, report)
  }
}
