import ArtifactTables
import Diagnostics
import Logging
import PipelineConfiguration
import SliceLoading
import Vocabulary

/// What `sampler` asks of the draws, beside what its first epoch draws.
struct SampledShares {
  private let parameters: TrainParameters
  /// The dotted key of the network's section.
  private let key: String
  private let aim: SamplingAim
  /// Of the first epoch.
  private let tally: InclusionTally

  /// - Returns: `nil` where every slice is drawn once.
  init?(
    _ parameters: TrainParameters, key: String, of data: SliceDataset,
    drawnBy sampler: any BatchSampler
  ) {
    guard let aim = sampler.aim else { return nil }
    self.parameters = parameters
    self.key = key
    self.aim = aim
    tally = InclusionTally(of: data, drawnBy: sampler, epochs: 1)
  }

  private var sampler: SamplerParameters { parameters.sampler }
  private var batch: Int { parameters.batch * parameters.accumulate }

  /// The labels whose share is asked for.
  private var askedLabels: [Label] {
    Label.allCases.filter { $0 == .any ? sampler.positiveShare != nil : sampler.weights != nil }
  }

  /// Labels whose share of the draws is off by a tenth and by more than chance.
  private var missed: [Label] {
    askedLabels.filter { label in
      let (asked, drawn) = (aim.rates[label.place], tally.drawnRates[label.place])
      let chance = (asked * (1 - asked) / Double(tally.draws)).squareRoot()
      return abs(drawn - asked) > max(asked / 10, 3 * chance)
    }
  }

  /// - Throws: `IchorError(.configuration)` where an epoch draws all that takes part, so that neither
  ///   `positive_share` nor `weights` decides anything.
  func requireEffect() throws {
    guard !askedLabels.isEmpty else { return }
    // A hair less, as a sum of probabilities is not exact.
    let rounds = (Double(tally.draws) / aim.slices - 1e-9).rounded(.up)
    let left = rounds * aim.slices - Double(tally.draws)
    guard parameters.stepsPerEpoch == nil || left < aim.slices / 100 else { return }
    let name = sampler.positiveShare == nil ? "weights" : "positive_share"
    throw IchorError(
      .configuration, code: "setting-idle",
      "An epoch draws all of the \(Int(aim.slices)) slices that take part on average, in "
        + "\(tally.draws) draws, so their labels decide: \(figures(askedLabels))",
      remedy:
        "Set steps_per_epoch to at most \(stepsWithEnough), up to which every kind has slices "
        + "enough for its share, or leave sampler.\(name) out.",
      at: "\(key).sampler.\(name)")
  }

  /// Writes both shares of each label to the log, and warns where they differ or can't be had.
  func say(_ logger: Logger) {
    logger.info(
      "an epoch of \(tally.draws) draws from \(Int(aim.slices)) slices",
      metadata: Logger.Metadata(
        uniqueKeysWithValues: Label.allCases.map { ($0.rawValue, "\(figure($0))") }))
    for note in notes { logger.warning("\(note)") }
  }

  /// What does not act, or not as asked.
  var notes: [String] {
    var notes: [String] = []
    if !missed.isEmpty {
      notes.append(
        "\(key).sampler can't draw what is asked: \(figures(missed)), as an epoch draws "
          + "\(tally.draws) from the \(Int(aim.slices)) slices that take part; up to a steps_per_epoch "
          + "of \(stepsWithEnough), every kind has slices enough for its share, and the fewer steps, the "
          + "nearer")
    }
    for (label, weight) in (sampler.weights ?? [:]).sorted(by: { $0.key.place < $1.key.place })
    where weight > 0 && tally.positives[label.place] == 0 {
      notes.append(
        "\(key).sampler.weights.\(label.rawValue) is \(weight), but 0 of the \(tally.slices) training "
          + "slices show it: its share goes to the others")
    }
    if aim.neverDrawn > 0 {
      notes.append(
        "\(Quantity.count(aim.neverDrawn, "slice")) with a haemorrhage will never be drawn: what they "
          + "show has the weight 0 in \(key).sampler.weights")
    }
    let keeps = sampler.keepPositive < 1 || sampler.keepNegative < 1
    if keeps, sampler.positiveShare != nil {
      notes.append(
        "\(key).sampler.keep_positive and keep_negative only leave fewer slices to draw from: "
          + "positive_share decides the shares")
    } else if keeps, sampler.keepPositive == sampler.keepNegative, parameters.stepsPerEpoch != nil {
      notes.append(
        "\(key).sampler.keep_positive and keep_negative are equal and steps_per_epoch is given: they "
          + "change nothing")
    } else if !keeps, askedLabels.isEmpty {
      notes.append(
        "\(key).sampler.kind is weighted, but no weight, share or keep_… is given: it draws as epochs do"
      )
    }
    return notes
  }

  /// The largest number of steps in which every kind has slices enough for its share.
  private var stepsWithEnough: Int { max(1, Int(aim.drawsWithEnough / Double(batch) + 1e-9)) }

  private func figures(_ labels: [Label]) -> String {
    labels.map { "\($0.rawValue) \(figure($0))" }.joined(separator: ", ")
  }

  private func figure(_ label: Label) -> String {
    "\(Quantity.percent(tally.drawnRates[label.place])) instead of "
      + Quantity.percent(aim.rates[label.place])
  }
}

extension ModelCard.Sampling {
  /// Both shares of each label over the whole training; `nil` where nothing was asked for.
  package var sentence: String? {
    guard let asked else { return nil }
    let labels = zip(Label.allCases, zip(drawnPositives, asked)).map { label, shares in
      "\(label.rawValue) \(Quantity.percent(Double(shares.0) / Double(draws))) "
        + "(asked \(Quantity.percent(shares.1)))"
    }
    return "drawn: \(labels.joined(separator: ", "))"
  }
}
