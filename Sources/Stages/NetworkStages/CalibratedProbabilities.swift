import ArtifactTables
import Diagnostics
import Inference
import Metrics
import SliceLoading
import Training
import Vocabulary

/// A network's probabilities, corrected on request for what its training drew.
struct CalibratedProbabilities {
  private let tally: InclusionTally
  private let asked: [Double]?
  private let correction: PriorCorrection
  /// `predict.correct_prior`.
  private let applies: Bool

  /// - Parameter sampling: what the training's sampler drew.
  init(_ sampling: ModelCard.Sampling, applies: Bool) {
    tally = InclusionTally(sampling)
    asked = sampling.asked
    self.applies = applies
    correction = PriorCorrection(natural: tally.naturalRates, drawn: tally.drawnRates)
  }

  /// Labels that can't be corrected.
  var uncorrected: [Label] {
    zip(Label.allCases, correction.corrects).filter { !$1 }.map(\.0)
  }

  /// Whether the training drew each label about as often as it occurs, so that there is nothing to
  /// correct: within a hundredth of the rate.
  var changesNothing: Bool {
    zip(tally.naturalRates, tally.drawnRates).allSatisfy { abs($0 - $1) <= 0.01 * $0 }
  }

  /// What is written for slices with these logits, row-major [slices, labels].
  func probabilities(of logits: [Float]) -> [Double] {
    let plain = Self.plain(logits)
    return applies ? corrected(plain) : plain
  }

  /// What the correction does to the loss of labelled slices, applied or not.
  func calibration(of logits: [Float], heldOut: SliceDataset, leaky: Bool) -> PriorCalibration {
    guard let labels = heldOut.labels else { preconditionFailure("calibration needs labels") }
    let targets = labels.map { $0 > 0.5 ? 1 : 0 } as [UInt8]
    func loss(_ probabilities: [Double]) -> Double {
      LogLoss.competition()(
        ScoredSlices(probabilities: probabilities, targets: targets, labelCount: heldOut.classes))
    }
    let plain = Self.plain(logits)
    return PriorCalibration(
      applied: applies, lossBefore: loss(plain), lossAfter: loss(corrected(plain)),
      labels: rates, leaky: leaky)
  }

  private static func plain(_ logits: [Float]) -> [Double] {
    logits.map { WeightedBinaryCrossEntropy.sigmoid(Double($0)) }
  }

  private func corrected(_ probabilities: [Double]) -> [Double] {
    var probabilities = probabilities
    correction.apply(to: &probabilities)
    return probabilities
  }

  private var rates: [String: PriorCalibration.LabelRates] {
    func mean(_ draws: Int, _ slices: Int) -> Double? {
      slices > 0 ? Double(draws) / Double(slices) : nil
    }
    return Dictionary(
      uniqueKeysWithValues: Label.allCases.enumerated().map { place, label in
        let (with, drawn) = (tally.positives[place], tally.drawnPositives[place])
        return (
          label.rawValue,
          PriorCalibration.LabelRates(
            natural: tally.naturalRates[place], drawn: tally.drawnRates[place],
            asked: asked?[place],
            drawsWith: mean(drawn, with),
            drawsWithout: mean(tally.draws - drawn, tally.slices - with),
            corrects: correction.corrects[place])
        )
      })
  }
}
