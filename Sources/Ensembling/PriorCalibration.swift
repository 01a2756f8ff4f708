import PipelineContract

/// `predict/MODEL/calibration.json`: how often the training drew each label, and what correcting the
/// probabilities for it does to the validation loss.
public struct PriorCalibration: Codable, Equatable, Sendable {
  /// How often one label occurs and how often it was drawn.
  public struct LabelRates: Codable, Equatable, Sendable {
    /// Share of the training slices that carry the label.
    public let natural: Double
    /// Share of the samples drawn that carry it.
    public let drawn: Double
    /// Draws, over the whole training, of a slice with the label and of one without it, in the mean;
    /// `null` where there is no such slice.
    public let drawsWith: Double?
    public let drawsWithout: Double?
    /// Whether its probabilities can be corrected: not where a kind occurs that was never drawn.
    public let corrects: Bool

    enum CodingKeys: String, CodingKey {
      case natural, drawn, corrects
      case drawsWith = "draws_with"
      case drawsWithout = "draws_without"
    }

    public init(
      natural: Double, drawn: Double, drawsWith: Double?, drawsWithout: Double?, corrects: Bool
    ) {
      self.natural = natural
      self.drawn = drawn
      self.drawsWith = drawsWith
      self.drawsWithout = drawsWithout
      self.corrects = corrects
    }
  }

  /// Whether the predictions beside this file are the corrected ones: `predict.correct_prior`.
  public let applied: Bool
  /// The competition's loss on the held-out fold of the network's own probabilities.
  public let lossBefore: Double
  /// The same of the corrected ones.
  public let lossAfter: Double
  /// By label.
  public let labels: [String: LabelRates]
  /// Whether the network saw the held-out fold while it was trained, so that both losses are LEAKY.
  public let leaky: Bool

  enum CodingKeys: String, CodingKey {
    case applied, labels, leaky
    case lossBefore = "loss_before"
    case lossAfter = "loss_after"
  }

  public init(
    applied: Bool, lossBefore: Double, lossAfter: Double, labels: [String: LabelRates], leaky: Bool
  ) {
    self.applied = applied
    self.lossBefore = lossBefore
    self.lossAfter = lossAfter
    self.labels = labels
    self.leaky = leaky
  }
}
