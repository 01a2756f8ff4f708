import ComputeGraph
import Diagnostics
import Inference
import Metrics
import SliceLoading
import TensorCore

/// Scores parameters on the held-out fold as it is: every slice once, no augmentation.
package final class Validator {
  /// The result of one epoch's validation.
  package struct Outcome {
    package let evaluation: Evaluation
    /// What the constant predictor scores on the same slices.
    package let floor: Evaluation
    /// How far apart the probabilities are, as `Watchdog.spread(of:labels:)` gives it.
    package let spread: Double
  }

  /// What the constant predictor of the training folds' base rates scores on the fold, or on the
  /// first epoch's draw where there is a redraw.
  package let floor: Evaluation
  /// Whether the slices that one epoch is scored on are trained on in others.
  package var isLeaky: Bool { redraw != nil }
  private let network: any CompiledNetwork
  private let dataset: SliceDataset
  private let normalization: ImageNormalization
  private let metric: LogLoss
  private let constant: ConstantPredictor
  private let redraw: ValidationRedraw?

  /// - Parameters:
  ///   - network: compiled from an inference program.
  ///   - heldOut: labelled slices, at least one; with a redraw all those that it draws from.
  ///   - constant: the base rates of the training folds.
  ///   - redraw: which slices each epoch is scored on; `nil`: all of `heldOut`.
  package init(
    network: any CompiledNetwork, heldOut: SliceDataset, normalization: ImageNormalization,
    metric: LogLoss, constant: ConstantPredictor, redraw: ValidationRedraw? = nil
  ) {
    precondition(heldOut.labels != nil, "validation needs labels")
    precondition(redraw.map { $0.count == heldOut.count } ?? true, "the redraw is of these slices")
    self.network = network
    dataset = heldOut
    self.normalization = normalization
    self.metric = metric
    self.constant = constant
    self.redraw = redraw
    let first = redraw.map { heldOut.subset($0.heldOut(epoch: 0)) } ?? heldOut
    floor = Evaluation(constant.scored(against: Self.targets(of: first)), metric: metric)
  }

  /// What the parameters score.
  ///
  /// - Parameter epoch: counted from 0 over all phases.
  /// - Throws: as `Predictor.logits(context:unit:)`.
  package func evaluate(_ parameters: NamedTensors, epoch: Int, context: JobContext) throws
    -> Outcome
  {
    let drawn = redraw.map { dataset.subset($0.heldOut(epoch: epoch)) }
    let slices = drawn ?? dataset
    let predictor = Predictor(network: network, dataset: slices, normalization: normalization)
    try predictor.load(parameters)
    let logits = try predictor.logits(context: context)
    let probabilities = logits.map { WeightedBinaryCrossEntropy.sigmoid(Double($0)) }
    let targets = Self.targets(of: slices)
    let scored = ScoredSlices(
      probabilities: probabilities, targets: targets, labelCount: slices.classes)
    return Outcome(
      evaluation: Evaluation(scored, metric: metric),
      floor: drawn == nil
        ? floor : Evaluation(constant.scored(against: targets), metric: metric),
      spread: Watchdog.spread(of: probabilities, labels: slices.classes))
  }

  private static func targets(of slices: SliceDataset) -> [UInt8] {
    (slices.labels ?? []).map { $0 > 0.5 ? 1 : 0 }
  }
}
