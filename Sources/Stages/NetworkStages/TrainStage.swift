import ArtifactTables
import Checkpoints
import ComputeGraph
import Diagnostics
import Foundation
import Metrics
import Models
import PipelineConfiguration
import PipelineContract
import SliceLoading
import TensorCore
import Training
import Vocabulary

/// The train stage: from converted slices and their split to checkpoints and their history.
package struct TrainStage {
  /// What it reports when it is done.
  package struct Summary: Sendable {
    /// Images that this run has trained on; a run before it may have begun.
    package let images: Int
    /// The epoch whose weights are published.
    package let kept: ModelCard.Kept
    package let epochs: Int
    package let sampling: ModelCard.Sampling
    /// The epochs after which early stopping ended a phase.
    package let stoppedAfter: [Int]
    package let floor: Double
    package let precision: Precision
    /// What a sentence with these losses begins with: LEAKY where the slices were trained on.
    package let stamp: String
  }

  package enum Outcome: Sendable {
    case finished(Summary)
    /// `train.stop_after` has passed; the work is kept up to here.
    case stopped(at: TrainingPosition)
  }

  private let instance: String
  private let parameters: TrainParameters
  private let started = ContinuousClock.now
  private let configuration: Configuration
  private let convert: URL
  private let split: URL
  private let staging: URL
  private let earlier: [URL]
  private let precision: PrecisionSetting
  private let context: JobContext

  /// - Parameters:
  ///   - instance: the network's key.
  ///   - convert: the artifact of the labelled collection.
  ///   - staging: where the outputs go; the checkpoint in it, if any, is resumed.
  ///   - earlier: where earlier trainings of the instance are, for `continue_from`.
  package init(
    _ instance: String, parameters: TrainParameters, configuration: Configuration,
    convert: URL, split: URL,
    into staging: URL, earlier: [URL] = [], precision: PrecisionSetting,
    context: JobContext
  ) {
    self.instance = instance
    self.parameters = parameters
    self.configuration = configuration
    self.convert = convert
    self.split = split
    self.staging = staging
    self.earlier = earlier
    self.precision = precision
    self.context = context
  }

  /// Trains to the end, or for as long as the configuration says, from the checkpoint if there is
  /// one.
  ///
  /// - Throws: what `Trainer.run` throws; `IchorError` where data, configuration or checkpoint are
  ///   refused.
  package func run(on backend: any Backend) throws -> Outcome {
    var card = try emptyCard()
    let data = try LabelledCollection(
      convert: convert, split: split, parameters: configuration.split, size: parameters.size,
      windows: card.loadedWindows)
    if data.redraw != nil {
      context.logger.warning(
        """
        \(LeakyStamp.word): validation is drawn again each epoch from slices that other epochs \
        train on, so every validation loss of this training flatters it; \
        set \(SplitParameters.redrawKey) to false for an honest one
        """)
    }
    let labels = TrainingLabels(
      training: data.training, heldOut: data.redraw == nil ? data.heldOut : nil,
      key: "train.\(instance)")
    try labels.requireDefined(parameters.monitor)
    labels.warn(context.logger)
    let plan = TrainingPlan(parameters: parameters, key: "train.\(instance)")
    let sampler = try plan.sampler(for: data.training, redraw: data.redraw)
    let stepsPerEpoch = sampler.stepsPerEpoch / parameters.accumulate
    let shares = SampledShares(
      parameters, key: "train.\(instance)", of: data.training, drawnBy: sampler)
    try shares?.requireEffect()
    shares?.say(context.logger)
    IdleSettings(parameters: parameters, key: "train.\(instance)", stepsPerEpoch: stepsPerEpoch)
      .warn(context.logger)
    card.normalization = try PixelStatistics.measure(
      data.training, channels: card.windows.count, size: card.size, context: context)
    let graph = try NetworkSetup.graph(of: card)
    let recipe = try plan.recipe(
      stepsPerEpoch: stepsPerEpoch,
      parameterNames: graph.parameters.filter(\.isTrainable).map(\.name))
    let trained =
      parameters.freezeStatistics ? graph.fixingStatistics(ofFrozen: recipe.frozen) : graph
    try NetworkSetup.requireBatchStatistics(
      of: trained, batch: parameters.batch, key: "train.\(instance)")
    let precision = try precision.resolve(
      for: graph, of: parameters.model, .train, batch: parameters.batch, on: backend, context)
    card.precision = precision
    let network = try backend.compile(
      Program(trained, mode: .training, batch: parameters.batch, frozen: recipe.frozen),
      precision: precision)
    let validator = try validator(data, graph, card, backend, precision)
    let state = try initialState(graph, precision, stepsPerEpoch: stepsPerEpoch)
    context.logger.info(
      "training \(parameters.model.rawValue)",
      metadata: [
        "slices": "\(data.training.count)", "held_out": "\(data.heldOut.count)",
        "steps_per_epoch": "\(stepsPerEpoch)", "memory_mib": "\(network.memoryBytes >> 20)",
        "precision": "\(precision.rawValue)", "epoch": "\(state.position.epoch)",
        "step": "\(state.position.step)",
      ])
    let done = state.position.epoch * stepsPerEpoch + state.position.step
    let journal = try TrainingJournal(
      folder: staging, graph: graph, stepsPerEpoch: stepsPerEpoch, epochs: parameters.totalEpochs,
      finished: state.position.epoch, logger: context.logger)
    let trainer = Trainer(
      recipe: recipe, network: network,
      data: TrainingData(
        dataset: data.training, sampler: sampler, normalization: card.imageNormalization,
        augmentation: plan.augmentation),
      validator: validator, context: context,
      deadline: deadline,
      checkpointPlace: file(ArtifactLayout.Train.last).path(percentEncoded: false),
      from: state, events: journal.events)
    switch try trainer.run() {
    case .stopped(let position): return .stopped(at: position)
    case .finished: break
    }
    // Nothing is published without the best weights, whatever happened to them since.
    do {
      _ = try TrainingCheckpoint.readWeights(file(ArtifactLayout.Train.best), for: graph)
    } catch let error as IchorError {
      throw error.about("The training is done, but its best weights can't be published")
    }
    guard let kept = journal.kept(by: parameters.monitor) else {
      preconditionFailure("a training that is done has kept an epoch")
    }
    card.kept = kept
    let epochs = trainer.position.epoch
    let sampling = ModelCard.Sampling(
      InclusionTally(of: data.training, drawnBy: sampler, epochs: epochs),
      asked: sampler.aim?.rates)
    card.sampling = sampling
    let stoppedAfter = trainer.position.stopping?.ended ?? []
    card.stoppedAfter = stoppedAfter.isEmpty ? nil : stoppedAfter
    card.continuedFrom = try continuedWeights?.origin()
    try card.write(to: file(ArtifactLayout.Train.model))
    let summary = Summary(
      images: (epochs * stepsPerEpoch - done) * parameters.accumulate * parameters.batch,
      kept: kept, epochs: epochs, sampling: sampling, stoppedAfter: stoppedAfter,
      floor: validator.floor.loss,
      precision: precision,
      stamp: LeakyStamp.prefix(validator.isLeaky))
    warnIfUseless(summary, labels)
    return .finished(summary)
  }

  private func warnIfUseless(_ summary: Summary, _ labels: TrainingLabels) {
    guard summary.kept.validationLoss >= summary.floor else { return }
    let advice =
      labels.hasOneClass
      ? "every training slice has the same label “any”, so there was nothing to learn"
      : "train longer or with another learning rate"
    context.logger.warning(
      """
      \(summary.stamp)\(parameters.model.rawValue) does not beat the constant predictor: validation loss \
      \(summary.kept.validationLoss), floor \(summary.floor); \(advice)
      """)
  }

  private var continuedWeights: ContinuedWeights? {
    parameters.continueFrom.map {
      ContinuedWeights(
        choice: $0, staging: staging, sources: earlier, key: "train.\(instance)")
    }
  }

  /// A century is as good as forever, and the clock can't represent much more.
  private var deadline: ContinuousClock.Instant? {
    configuration.trainStopAfter.map { started + .seconds(min($0, 3e9)) }
  }

  private func file(_ name: String) -> URL { staging.appendingPathComponent(name) }

  /// The card without what is measured on the slices.
  private func emptyCard() throws -> ModelCard {
    func digest(_ artifact: URL) throws -> String {
      let manifest = artifact.appendingPathComponent(ArtifactLayout.manifest)
      return try CanonicalJSON.read(Manifest.self, from: manifest).outputsDigest
    }
    return ModelCard(
      architecture: parameters.model, size: parameters.size,
      windows: parameters.shownWindows(of: configuration.convert),
      hounsfield: configuration.convert.keepsHounsfieldUnits,
      normalization: ModelCard.Normalization(mean: [], deviation: []),
      trainedOn: ["convert/train": try digest(convert), "split": try digest(split)],
      leaky: configuration.split.redrawEachEpoch)
  }

  private func validator(
    _ data: LabelledCollection, _ graph: Graph, _ card: ModelCard, _ backend: any Backend,
    _ precision: Precision
  ) throws -> Validator {
    let summary = try SplitSummary.read(
      from: split.appendingPathComponent(ArtifactLayout.Split.summary))
    let batch = min(
      configuration.predict.batch, data.redraw?.heldOutCount ?? data.heldOut.count)
    return Validator(
      network: try backend.compile(
        Program(graph, mode: .inference, batch: batch), precision: precision),
      heldOut: data.redraw == nil ? data.heldOut : data.training,
      normalization: card.imageNormalization, metric: LogLoss.competition(),
      constant: ConstantPredictor(probabilities: summary.baseRatesInOrder), redraw: data.redraw)
  }

  private func initialState(
    _ graph: Graph, _ precision: Precision, stepsPerEpoch: Int
  ) throws -> TrainingState {
    let resume = TrainingResume(
      folder: staging, graph: graph, stepsPerEpoch: stepsPerEpoch, logger: context.logger)
    if let state = try resume.state() { return state }
    if let continuedWeights {
      return TrainingState(parameters: try continuedWeights.weights(for: graph))
    }
    return TrainingState(
      parameters: try InitialWeights.make(
        for: graph, of: parameters.model,
        from: parameters.weights.map { URL(fileURLWithPath: $0) },
        seed: UInt64(bitPattern: Int64(parameters.seed)), precision: precision,
        logger: context.logger))
  }
}
