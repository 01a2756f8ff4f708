import Metrics
import PipelineContract
import Vocabulary

/// `merge/metrics.json`: every model, their merger and the constant predictor on the held-out fold.
package struct MergeMetrics: Codable, Equatable, Sendable {
  /// What one predictor scores.
  package struct Scores: Codable, Equatable, Sendable {
    /// The competition's weighted log loss.
    package let loss: Double
    package let labels: [String: LabelScores]

    init(_ evaluation: Evaluation) {
      loss = evaluation.loss
      labels = Dictionary(
        uniqueKeysWithValues: zip(Label.allCases, evaluation.labels).map {
          ($0.rawValue, LabelScores($1))
        })
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

    init(_ score: Evaluation.LabelScore) {
      logLoss = score.logLoss
      auc = score.auc
      positives = score.positives
    }

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
}

extension MergeMetrics {
  init(
    fold: HeldOutFold, merged: Evaluation, models: [String: Evaluation], submission: Submission,
    synthetic: Bool, leaky: Bool
  ) {
    let floor = Evaluation(fold.constant.scored(against: fold.targets), metric: .competition())
    let scores = Scores(floor)
    self.synthetic = synthetic
    self.leaky = leaky
    slices = fold.ids.count
    patients = fold.patients
    self.merged = Scores(merged)
    self.models = models.mapValues { Scores($0) }
    constant = Constant(
      loss: scores.loss,
      probabilities: Dictionary(
        uniqueKeysWithValues: zip(Label.allCases, fold.constant.probabilities).map {
          ($0.rawValue, $1)
        }),
      labels: scores.labels)
    // The clipping of probabilities keeps the floor above zero.
    skill = Metrics.skill(loss: merged.loss, floor: floor.loss) ?? 0
    betterThanConstant = merged.loss < floor.loss
    fallback = submission.fallbackReasons.values.reduce(0, +)
    fallbackReasons = submission.fallbackReasons
    submitted = submission.images
    notSubmitted = submission.notSubmitted
  }
}
