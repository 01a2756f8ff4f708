import Augmentation
import ComputeGraph
import Randomness
import Diagnostics
import Logging
import Metrics
import Models
import OneDNNBackend
import PNG
import SliceLoading
import TensorCore
import Training

/// Noisy 16 x 16 pictures with two labels: whether they are bright, and which way their stripes
/// run. A small convolutional network separates both.
struct ToyProblem: SliceSource {
  static let side = 16
  private let pngs: [[UInt8]]
  let labels: [Float]

  var count: Int { pngs.count }

  init(count: Int, seed: UInt64) throws {
    var labels: [Float] = []
    pngs = (0..<count).map { slice in
      var random = CounterRandom(seed: seed, purpose: "test.toy", sample: slice)
      let isBright = random.uniform() < 0.3
      let runsDown = random.uniform() < 0.5
      labels += [isBright ? 1 : 0, runsDown ? 1 : 0]
      let pixels = (0..<Self.side * Self.side).map { pixel in
        let place = runsDown ? pixel % Self.side : pixel / Self.side
        let stripe = place / 2 % 2 == 0 ? 30.0 : 0
        return UInt8((isBright ? 130 : 90) + stripe + random.uniform(in: 0...30))
      }
      return PNGEncoder.encode(
        pixels, PNGFormat(width: Self.side, height: Self.side, pixel: .grey8))
    }
    self.labels = labels
  }

  func readPNG(at index: Int, into bytes: inout [UInt8]) throws {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: pngs[index])
  }

  var dataset: SliceDataset {
    SliceDataset(source: self, ids: (0..<count).map { "ID_\($0)" }, labels: labels, classes: 2)
  }

  static let normalization = ImageNormalization(mean: [0.5], deviation: [0.2])

  static let graph: Graph = {
    var builder = GraphBuilder(
      name: "toy", input: FeatureShape(channels: 1, height: side, width: side))
    var value = builder.convolutionBlock(
      builder.input, convolution: "conv1", normalization: "bn1", channels: 8, kernel: 3)
    value = builder.convolutionBlock(
      value, convolution: "conv2", normalization: "bn2", channels: 16, kernel: 3, stride: 2)
    let pooled = builder.globalAveragePooling(value, name: "pool")
    let logits = builder.linear(pooled, name: "fc", outputs: 2)
    return builder.finish(output: logits)
  }()
}

/// Trains the toy network; every run is made of fresh objects.
struct ToyTraining {
  var seed: UInt64 = 5
  var accumulate = 1
  var checkpointSteps: Int?
  var average: WeightAverage?
  var earlyStop: EarlyStopping?
  var watchdog = Watchdog.Rules(actions: [.divergence: .stop, .deadGradients: .stop])
  var deadline: ContinuousClock.Instant?
  /// Parameters that stay, with the statistics of their normalisations.
  var frozen: Set<String> = []
  var phases = [Self.phase(epochs: 2)]
  private let training: ToyProblem
  private let heldOut: ToyProblem
  static let stepsPerEpoch = 8

  static func steps(before position: TrainingPosition) -> Int {
    position.epoch * stepsPerEpoch + position.step
  }

  static func phase(epochs: Int) -> TrainingPhase {
    TrainingPhase(
      name: "sgd", epochs: epochs,
      rule: UpdateRule(
        .sgd(nesterov: true), rate: 0, momentum: 0.9, decay: 1e-4, decaysWeightsOnly: true),
      schedule: LearningRateSchedule(
        peak: 0.1, shape: .cosine, warmupSteps: 4, totalSteps: epochs * stepsPerEpoch))
  }

  /// SGD and RMSprop, the second by a plateau that acts after every epoch, from the best weights.
  static let twoPhases = [
    phase(epochs: 2),
    TrainingPhase(
      name: "rmsprop", epochs: 3,
      rule: UpdateRule(.kerasRMSprop(rho: 0.9, epsilon: 1e-7), rate: 0, momentum: 0.5),
      schedule: LearningRateSchedule(
        peak: 0.001, shape: .plateau(PlateauSchedule(factor: 0.5, patience: 0, minDelta: 10)),
        warmupSteps: 2, totalSteps: 3 * stepsPerEpoch), clipNorm: 0.5),
  ]

  init() throws {
    training = try ToyProblem(count: 64, seed: 1)
    heldOut = try ToyProblem(count: 22, seed: 2)
  }

  /// How a run went.
  final class Outcome {
    var records: [EpochRecord] = []
    var best: [Bool] = []
    var bestParameters: NamedTensors?
    var checkpoints: [TrainingState] = []
    var wasCancelled = false
    /// `nil` where it was cancelled.
    var ending: Trainer.Outcome?
  }

  var initial: TrainingState {
    TrainingState(parameters: HeNormalInitialization.parameters(of: ToyProblem.graph, seed: seed))
  }

  /// Mirrors by chance.
  static func flip(seed: UInt64) -> RandomAugmentation {
    var ranges = AugmentationRanges()
    ranges.flip = true
    return RandomAugmentation(ranges, seed: seed)
  }

  func validator() throws -> Validator {
    let constant = ConstantPredictor(probabilities: [0.3, 0.5])
    // Five does not divide the 22 slices: the last batch is short.
    return Validator(
      network: try OneDNN(threads: 2).compile(
        Program(ToyProblem.graph, mode: .inference, batch: 5), precision: .f32),
      heldOut: heldOut.dataset, normalization: ToyProblem.normalization,
      metric: LogLoss(weights: [2, 1]), constant: constant)
  }

  /// - Parameters:
  ///   - earlier: the run whose last checkpoint is resumed, with the best weights it left.
  ///   - stop: asks for the stop after each progress report that it says yes to.
  func run(
    from start: TrainingState? = nil, after earlier: Outcome? = nil,
    stop: @escaping @Sendable (Int) -> Bool = { _ in false }
  ) throws -> Outcome {
    let cancellation = Cancellation()
    let outcome = Outcome()
    outcome.bestParameters = earlier?.bestParameters
    let share = try BatchShare(globalBatch: 8 / accumulate)
    var recipe = TrainingRecipe(
      phases: phases, loss: WeightedBinaryCrossEntropy(classWeights: [2, 1]))
    recipe.accumulate = accumulate
    recipe.watchdog = watchdog
    recipe.checkpointSteps = checkpointSteps
    recipe.average = average
    recipe.frozen = frozen
    recipe.stop = earlyStop
    let trainer = Trainer(
      recipe: recipe,
      network: try OneDNN(threads: 2).compile(
        Program(
          ToyProblem.graph.fixingStatistics(ofFrozen: frozen), mode: .training,
          batch: 8 / accumulate, frozen: frozen), precision: .f32),
      data: TrainingData(
        dataset: training.dataset,
        sampler: EpochPermutation(count: training.count, share: share, seed: seed),
        normalization: ToyProblem.normalization, augmentation: Self.flip(seed: seed)),
      validator: try validator(),
      context: JobContext(
        logger: Logger(label: "test"),
        progress: StopOnProgress(cancellation: cancellation, stop: stop),
        cancellation: cancellation, threads: 2), deadline: deadline,
      from: start ?? earlier?.checkpoints.last ?? initial,
      events: Trainer.Events(
        epochFinished: { record, parameters, isBest in
          outcome.records.append(record)
          outcome.best.append(isBest)
          if isBest { outcome.bestParameters = parameters }
        },
        checkpoint: { outcome.checkpoints.append($0) },
        bestParameters: { outcome.bestParameters ?? NamedTensors() }))
    do {
      outcome.ending = try trainer.run()
    } catch is CancelledBySignal {
      outcome.wasCancelled = true
    }
    return outcome
  }
}

/// Raises the cancellation as a signal handler would, at a step of the test's choice.
private struct StopOnProgress: ProgressReporting {
  let cancellation: Cancellation
  let stop: @Sendable (Int) -> Bool

  func report(completed: Int, total: Int?, unit: String, detail: String) {
    if stop(completed) { cancellation.request(signal: 15) }
  }
}
