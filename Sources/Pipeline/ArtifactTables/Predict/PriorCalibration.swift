/// `predict/MODEL/calibration.json`: how often the training drew each label, and what correcting the
/// probabilities for it does to the validation loss.
package struct PriorCalibration: ArtifactDocument {
  /// How often one label occurs and how often it was drawn.
  package struct LabelRates: Codable, Equatable, Sendable {
    /// Share of the training slices that carry the label.
    package let natural: Double
    /// Share of the drawn samples that carry it.
    package let drawn: Double
    /// Share that the sampler's weights ask for; `nil` where every slice is drawn as often.
    package let asked: Double?
    /// How often, on average over the whole training, a slice with the label was drawn, and one
    /// without it; `null` where there is no such slice.
    package let drawsWith: Double?
    package let drawsWithout: Double?
    /// Whether its probabilities can be corrected; not where a kind occurs that was never drawn.
    package let corrects: Bool

    enum CodingKeys: String, CodingKey {
      case natural, drawn, asked, corrects
      case drawsWith = "draws_with"
      case drawsWithout = "draws_without"
    }

    package init(
      natural: Double, drawn: Double, asked: Double? = nil, drawsWith: Double?,
      drawsWithout: Double?, corrects: Bool
    ) {
      self.natural = natural
      self.drawn = drawn
      self.asked = asked
      self.drawsWith = drawsWith
      self.drawsWithout = drawsWithout
      self.corrects = corrects
    }
  }

  /// Whether the predictions beside this file are the corrected ones: `predict.correct_prior`.
  package let applied: Bool
  /// The competition's loss of the uncorrected probabilities on the held-out fold.
  package let lossBefore: Double
  /// The same for the corrected ones.
  package let lossAfter: Double
  /// By label.
  package let labels: [String: LabelRates]
  /// Whether the network saw the held-out fold while it was trained, so that both losses are LEAKY.
  package let leaky: Bool

  enum CodingKeys: String, CodingKey {
    case applied, labels, leaky
    case lossBefore = "loss_before"
    case lossAfter = "loss_after"
  }

  package init(
    applied: Bool, lossBefore: Double, lossAfter: Double, labels: [String: LabelRates], leaky: Bool
  ) {
    self.applied = applied
    self.lossBefore = lossBefore
    self.lossAfter = lossAfter
    self.labels = labels
    self.leaky = leaky
  }

  package var fault: String? {
    if lossBefore < 0 || lossAfter < 0 { return "a loss is never below 0" }
    let rates = labels.values
    if !labels.hasEveryLabel
      || !rates.allSatisfy({
        $0.natural.isShare && $0.drawn.isShare && ($0.asked?.isShare ?? true)
      })
    {
      return "each label, and nothing else, has rates between 0 and 1"
    }
    return nil
  }
}
