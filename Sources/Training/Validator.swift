import ComputeGraph
import Diagnostics
import Inference
import Metrics
import SliceLoading
import TensorCore

/// Scores parameters on the held-out fold as it is: every slice once, no augmentation.
public final class Validator {
  /// What the constant predictor of the training folds' base rates scores on the fold.
  public let floor: Evaluation
  private let predictor: Predictor
  private let targets: [UInt8]
  private let classes: Int
  private let metric: LogLoss

  /// - Parameters:
  ///   - network: compiled from an inference program.
  ///   - heldOut: labelled slices, at least one.
  ///   - constant: the base rates of the training folds.
  public init(
    network: any CompiledNetwork, heldOut: SliceDataset, normalization: ImageNormalization,
    metric: LogLoss, constant: ConstantPredictor
  ) {
    guard let labels = heldOut.labels else {
      preconditionFailure("validation needs labels")
    }
    targets = labels.map { $0 > 0.5 ? 1 : 0 }
    classes = heldOut.classes
    self.metric = metric
    floor = Evaluation(constant.scored(against: targets), metric: metric)
    predictor = Predictor(network: network, dataset: heldOut, normalization: normalization)
  }

  /// What the parameters score, and how far apart the probabilities are, as
  /// `Watchdog.spread(of:labels:)` gives it.
  public func evaluate(_ parameters: NamedTensors, context: JobContext) throws -> (
    evaluation: Evaluation, spread: Double
  ) {
    try predictor.load(parameters)
    let logits = try predictor.logits(context: context)
    let probabilities = logits.map { WeightedBinaryCrossEntropy.sigmoid(Double($0)) }
    let scored = ScoredSlices(probabilities: probabilities, targets: targets, labelCount: classes)
    return (
      Evaluation(scored, metric: metric), Watchdog.spread(of: probabilities, labels: classes)
    )
  }
}
