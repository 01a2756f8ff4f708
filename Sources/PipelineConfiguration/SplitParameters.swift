/// Patient-grouped, stratified folds.
public struct SplitParameters: Codable, Equatable, Sendable {
  public var seed: Int
  public var folds: Int
  /// The fold held out for validation, counted from 0.
  public var fold: Int

  public init(seed: Int = 2019, folds: Int = 5, fold: Int = 0) {
    self.seed = seed
    self.folds = folds
    self.fold = fold
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case seed
    case folds
    case fold
  }

  init(_ section: ConfigurationSection) throws {
    self.init()
    seed = try section.integer(CodingKeys.seed, default: seed, in: ConfigurationSection.seeds)
    folds = try section.integer(CodingKeys.folds, default: folds, in: 2...100)
    fold = try section.integer(CodingKeys.fold, default: fold, in: 0...99)
    if fold >= folds {
      throw section.fault(
        CodingKeys.fold, code: "value-out-of-range",
        "The held-out fold \(fold) is none of the \(folds) folds",
        remedy: "Use 0…\(folds - 1), the folds are counted from 0")
    }
  }
}
