import PipelineContract
import Vocabulary

/// `merge/metrics.json`: every model, their merger and the constant predictor on the held-out fold.
package struct MergeMetrics: ArtifactDocument {
  /// What one predictor scores.
  package struct Scores: Codable, Equatable, Sendable {
    /// The competition's weighted log loss.
    package let loss: Double
    package let labels: [String: LabelScores]

    /// - Parameter labels: in contract order.
    package init(loss: Double, labels: [LabelScores]) {
      self.loss = loss
      self.labels = Dictionary(labelled: labels)
    }
  }

  /// What one label scores.
  package struct LabelScores: Codable, Equatable, Sendable {
    package let logLoss: Double
    /// `null` where the fold lacks one of the classes.
    package let auc: Double?
    /// Positive slices of the fold.
    package let positives: Int

    enum CodingKeys: String, CodingKey {
      case auc, positives
      case logLoss = "log_loss"
    }

    package init(logLoss: Double, auc: Double?, positives: Int) {
      self.logLoss = logLoss
      self.auc = auc
      self.positives = positives
    }

    /// - Throws: what `encoder` throws.
    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(logLoss, forKey: .logLoss)
      // As `null`, not left out: the key is part of the contract.
      try container.encode(auc, forKey: .auc)
      try container.encode(positives, forKey: .positives)
    }
  }

  /// The base rates of the training folds, scored on the held-out one.
  package struct Constant: Codable, Equatable, Sendable {
    package let loss: Double
    package let probabilities: [String: Double]
    package let labels: [String: LabelScores]

    /// - Parameter probabilities: in contract order.
    package init(probabilities: [Double], scores: Scores) {
      loss = scores.loss
      self.probabilities = Dictionary(labelled: probabilities)
      labels = scores.labels
    }
  }

  /// Where the images of the submission got their rows from.
  package struct Coverage: Equatable, Sendable {
    /// Images of the submission in all.
    package let submitted: Int
    /// Quirk code, or `no-file`, to the number of images that no model could see.
    package let fallbackReasons: [String: Int]
    /// Predicted test slices that the sample submission does not ask for.
    package let notSubmitted: Int

    package init(submitted: Int, fallbackReasons: [String: Int], notSubmitted: Int) {
      self.submitted = submitted
      self.fallbackReasons = fallbackReasons
      self.notSubmitted = notSubmitted
    }
  }

  package let synthetic: Bool
  /// Whether the models saw the held-out fold while they were trained, so that every loss here is
  /// LEAKY.
  package let leaky: Bool
  /// Slices and patients of the held-out fold.
  package let slices: Int
  package let patients: Int
  package let merged: Scores
  package let models: [String: Scores]
  package let constant: Constant
  /// 1 - merged loss / constant loss.
  package let skill: Double
  package let betterThanConstant: Bool
  /// Images of the submission that no model could see; they got the base rates.
  package let fallback: Int
  /// Quirk code, or `no-file`, to the number of such images.
  package let fallbackReasons: [String: Int]
  /// Images of the submission in all.
  package let submitted: Int
  /// Predicted test slices that the sample submission does not ask for.
  package let notSubmitted: Int

  /// What a sentence with one of these losses begins with.
  package var stamp: String { LeakyStamp.prefix(leaky) }

  enum CodingKeys: String, CodingKey {
    case synthetic, leaky, slices, patients, merged, models, constant, skill, fallback, submitted
    case betterThanConstant = "better_than_constant"
    case fallbackReasons = "fallback_reasons"
    case notSubmitted = "not_submitted"
  }

  package init(
    synthetic: Bool, leaky: Bool, slices: Int, patients: Int, merged: Scores,
    models: [String: Scores], constant: Constant, skill: Double, coverage: Coverage
  ) {
    self.synthetic = synthetic
    self.leaky = leaky
    self.slices = slices
    self.patients = patients
    self.merged = merged
    self.models = models
    self.constant = constant
    self.skill = skill
    betterThanConstant = merged.loss < constant.loss
    fallback = coverage.fallbackReasons.values.reduce(0, +)
    fallbackReasons = coverage.fallbackReasons
    submitted = coverage.submitted
    notSubmitted = coverage.notSubmitted
  }

  package var fault: String? {
    if slices < 1 || patients < 1 { return "no slice was scored" }
    if !constant.probabilities.hasEveryLabel || !constant.probabilities.values.allSatisfy(\.isShare)
    {
      return "each label, and nothing else, has a base rate between 0 and 1"
    }
    let scores =
      [(merged.loss, merged.labels), (constant.loss, constant.labels)]
      + models.values.map { ($0.loss, $0.labels) }
    for (loss, labels) in scores {
      if loss < 0 || labels.values.contains(where: { $0.logLoss < 0 }) {
        return "a loss is never below 0"
      }
      if !labels.hasEveryLabel { return "each label, and nothing else, is scored" }
      if !labels.values.allSatisfy({ $0.auc?.isShare ?? true }) {
        return "an AUC lies between 0 and 1"
      }
    }
    return nil
  }
}
