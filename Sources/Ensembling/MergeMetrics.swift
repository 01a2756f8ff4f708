import Metrics
import PipelineContract

/// `merge/metrics.json`: every model, their merger and the constant predictor on the held-out fold.
public struct MergeMetrics: Codable, Equatable, Sendable {
  /// What one predictor scores.
  public struct Scores: Codable, Equatable, Sendable {
    /// The competition's weighted log loss.
    public let loss: Double
    public let labels: [String: LabelScores]

    init(_ evaluation: Evaluation) {
      loss = evaluation.loss
      labels = Dictionary(
        uniqueKeysWithValues: zip(Label.allCases, evaluation.labels).map {
          ($0.rawValue, LabelScores($1))
        })
    }
  }

  /// What one label scores.
  public struct LabelScores: Codable, Equatable, Sendable {
    public let logLoss: Double
    /// `null` where the fold lacks one of the classes.
    public let auc: Double?
    /// Positive slices of the fold.
    public let positives: Int

    enum CodingKeys: String, CodingKey {
      case auc, positives
      case logLoss = "log_loss"
    }

    init(_ score: Evaluation.LabelScore) {
      logLoss = score.logLoss
      auc = score.auc
      positives = score.positives
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(logLoss, forKey: .logLoss)
      // As `null`, not left out: the key is part of the contract.
      try container.encode(auc, forKey: .auc)
      try container.encode(positives, forKey: .positives)
    }
  }

  /// The base rates of the training folds, scored on the held-out one.
  public struct Constant: Codable, Equatable, Sendable {
    public let loss: Double
    public let probabilities: [String: Double]
    public let labels: [String: LabelScores]
  }

  public let synthetic: Bool
  /// Whether the models saw the held-out fold while they were trained, so that every loss here is
  /// LEAKY.
  public let leaky: Bool
  /// Slices and patients of the held-out fold.
  public let slices: Int
  public let patients: Int
  public let merged: Scores
  public let models: [String: Scores]
  public let constant: Constant
  /// 1 - merged loss / constant loss.
  public let skill: Double
  public let betterThanConstant: Bool
  /// Images of the submission that no model could see; they got the base rates.
  public let fallback: Int
  /// Quirk code, or `no-file`, to the number of such images.
  public let fallbackReasons: [String: Int]
  /// Images of the submission in all.
  public let submitted: Int
  /// Predicted test slices that the sample submission does not ask for.
  public let notSubmitted: Int

  /// What a sentence with one of these losses begins with.
  public var stamp: String { LeakyStamp.prefix(leaky) }

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
