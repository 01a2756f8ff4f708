import Vocabulary

/// How the networks are applied.
package struct PredictParameters: Codable, Equatable, Sendable {
  package var batch: Int
  /// Whether probabilities are corrected for the rates at which the training drew its slices.
  package var correctPrior: Bool

  package init(batch: Int = 32, correctPrior: Bool = false) {
    self.batch = batch
    self.correctPrior = correctPrior
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case batch
    case correctPrior = "correct_prior"
  }

  init(_ section: ConfigurationSection) throws {
    self.init()
    batch = try section.integer(CodingKeys.batch, default: batch, in: 1...65_536)
    correctPrior = try section.bool(CodingKeys.correctPrior, default: correctPrior)
  }
}

/// Which networks are merged, and how they are weighed.
package struct MergeParameters: Codable, Equatable, Sendable {
  /// Keys of `train`.
  package var models: [String]
  package var weights: MergeWeighting

  package init(models: [String], weights: MergeWeighting = .rule(.inverseLoss)) {
    self.models = models
    self.weights = weights
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case models
    case weights
  }

  /// - Parameter trained: the keys of `train`, the default of `models`.
  init(_ section: ConfigurationSection, trained: [String]) throws {
    self.init(models: trained)
    models = try section.names(
      CodingKeys.models, default: models, of: trained, count: 1...max(1, trained.count))
    weights = try section.weighting(CodingKeys.weights, default: weights, of: models)
  }
}

/// What the report shows.
package struct ReportParameters: Codable, Equatable, Sendable {
  /// How many slices with the highest probability are shown, and how many with the lowest.
  package var slices: Int

  package init(slices: Int = 6) { self.slices = slices }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case slices
  }

  init(_ section: ConfigurationSection) throws {
    self.init()
    slices = try section.integer(CodingKeys.slices, default: slices, in: 1...100)
  }
}
