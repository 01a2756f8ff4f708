import Checkpoints
import ComputeGraph
import Diagnostics
import Foundation
import Labels
import Metrics
import Models
import PipelineConfiguration
import PipelineContract
import SliceLoading
import TensorCore
import Training

/// The train stage: from converted slices and their split to checkpoints and their history.
public struct TrainStage {
  /// What it tells when it is done.
  public struct Summary: Sendable {
    public let images: Int
    public let bestLoss: Double
    public let floor: Double
    public let precision: Precision
  }

  private let parameters: TrainParameters
  private let configuration: PipelineConfiguration
  private let convert: URL
  private let split: URL
  private let staging: URL
  private let context: JobContext

  /// - Parameters:
  ///   - convert: the artifact of the labelled collection.
  ///   - staging: where the outputs go; the checkpoint in it, if any, is resumed.
  public init(
    parameters: TrainParameters, configuration: PipelineConfiguration, convert: URL, split: URL,
    into staging: URL, context: JobContext
  ) {
    self.parameters = parameters
    self.configuration = configuration
    self.convert = convert
    self.split = split
    self.staging = staging
    self.context = context
  }

  public func run(on backend: any Backend) throws -> Summary {
    let data = try LabelledCollection(
      convert: convert, split: split, fold: configuration.split.fold, size: parameters.size)
    let card = try card(data.training)
    try CanonicalJSON.write(card, to: file(ArtifactLayout.Train.model))
    let graph = try NetworkSetup.graph(of: card)
    let precision = try NetworkSetup.precision(configuration.compute, backend, context.logger)
    let network = try backend.compile(
      Program(graph, mode: .training, batch: parameters.batch), precision: precision)
    let validator = try validator(data, graph, card, backend, precision)
    let sampler = EpochPermutation(
      count: data.training.count, share: try BatchShare(globalBatch: parameters.batch),
      seed: UInt64(bitPattern: Int64(parameters.seed)), stepsPerEpoch: parameters.stepsPerEpoch)
    let state = try initialState(graph)
    context.logger.info(
      "training \(parameters.model)",
      metadata: [
        "slices": "\(data.training.count)", "held_out": "\(data.heldOut.count)",
        "steps_per_epoch": "\(sampler.stepsPerEpoch)", "memory_mib": "\(network.memoryBytes >> 20)",
        "precision": "\(precision.rawValue)", "epoch": "\(state.epoch)", "step": "\(state.step)",
      ])
    let trainer = Trainer(
      recipe: recipe(stepsPerEpoch: sampler.stepsPerEpoch), network: network,
      training: data.training, sampler: sampler, normalization: card.imageNormalization,
      flip: parameters.flip
        ? HorizontalFlip(seed: UInt64(bitPattern: Int64(parameters.seed))) : nil,
      affine: affine,
      validator: validator, context: context)
    let best = try train(trainer, from: state, stepsPerEpoch: sampler.stepsPerEpoch, validator)
    return Summary(
      images: parameters.epochs * sampler.stepsPerEpoch * parameters.batch, bestLoss: best,
      floor: validator.floor.loss, precision: precision)
  }

  /// Runs the trainer, writing checkpoints and history; returns the lowest validation loss.
  private func train(
    _ trainer: Trainer, from state: TrainingState, stepsPerEpoch: Int, _ validator: Validator
  ) throws -> Double {
    var history = try TrainingHistory(folder: staging, keeping: state.epoch)
    var best = state.bestLoss ?? .infinity
    func save(_ state: TrainingState) throws {
      let steps = state.epoch * stepsPerEpoch + state.step
      try TrainingCheckpoint.write(state, steps: steps, to: file(ArtifactLayout.Train.last))
    }
    // The last checkpoint goes last: whatever a kill leaves, resuming from it writes the rest anew.
    try trainer.run(
      from: state,
      events: Trainer.Events(
        epochFinished: { record, state, isBest in
          if isBest {
            best = record.validation.loss
            try TrainingCheckpoint.writeWeights(
              state.parameters, steps: state.epoch * stepsPerEpoch,
              to: file(ArtifactLayout.Train.best))
          }
          try history.append(record, at: Date().timeIntervalSince1970)
          try save(state)
          report(record)
        },
        interrupted: { state in
          try save(state)
          context.logger.notice("interrupted; the work so far is kept")
        }))
    if best >= validator.floor.loss {
      context.logger.warning(
        """
        \(parameters.model) does not beat the constant predictor: validation loss \(best), floor \
        \(validator.floor.loss); train longer or with another learning rate
        """)
    }
    return best
  }

  private func report(_ record: EpochRecord) {
    func text(_ value: Double) -> String { String(format: "%.4f", value) }
    context.logger.info(
      "epoch \(record.epoch) of \(parameters.epochs)",
      metadata: [
        "train_loss": "\(text(record.trainLoss))",
        "validation_loss": "\(text(record.validation.loss))",
        "skill": "\(record.skill.map(text) ?? "undefined")",
        "images_per_second": "\(String(format: "%.1f", record.imagesPerSecond))",
        "data_wait": "\(text(record.dataWait))",
      ])
  }

  private func file(_ name: String) -> URL { staging.appendingPathComponent(name) }

  private func card(_ training: SliceDataset) throws -> ModelCard {
    let windows = configuration.convert.windows
    let normalization = try PixelStatistics.measure(
      training, channels: windows.count, size: parameters.size, context: context)
    func digest(_ artifact: URL) throws -> String {
      let manifest = artifact.appendingPathComponent(ArtifactLayout.manifest)
      return try CanonicalJSON.read(Manifest.self, from: manifest).outputsDigest
    }
    return ModelCard(
      architecture: parameters.model, size: parameters.size, windows: windows,
      normalization: normalization, labels: Label.allCases.map(\.rawValue),
      trainedOn: ["convert/train": try digest(convert), "split": try digest(split)])
  }

  private func validator(
    _ data: LabelledCollection, _ graph: Graph, _ card: ModelCard, _ backend: any Backend,
    _ precision: Precision
  ) throws -> Validator {
    let summary = try CanonicalJSON.read(
      SplitSummary.self, from: split.appendingPathComponent(ArtifactLayout.Split.summary))
    let batch = min(configuration.predict.batch, data.heldOut.count)
    return Validator(
      network: try backend.compile(
        Program(graph, mode: .inference, batch: batch), precision: precision),
      heldOut: data.heldOut, normalization: card.imageNormalization,
      metric: LogLoss.competition(),
      constant: ConstantPredictor(probabilities: summary.baseRatesInOrder))
  }

  private func recipe(stepsPerEpoch: Int) -> TrainingRecipe {
    TrainingRecipe(
      epochs: parameters.epochs, momentum: parameters.momentum, nesterov: parameters.nesterov,
      weightDecay: parameters.weightDecay,
      schedule: LearningRateSchedule(
        peak: parameters.learningRate,
        shape: LearningRateSchedule.Shape(rawValue: parameters.schedule) ?? .constant,
        warmupSteps: parameters.warmupSteps, totalSteps: parameters.epochs * stepsPerEpoch),
      loss: WeightedBinaryCrossEntropy(
        classWeights: Label.allCases.map { $0 == .any ? parameters.anyWeight : 1 }))
  }

  private var affine: RandomAffine? {
    let (rotation, scale) = (parameters.rotation, parameters.scale)
    if rotation == 0 && scale == 0 && parameters.shift == 0 { return nil }
    return RandomAffine(
      rotation: rotation, scale: scale, shift: parameters.shift,
      seed: UInt64(bitPattern: Int64(parameters.seed)))
  }

  private func initialState(_ graph: Graph) throws -> TrainingState {
    let last = file(ArtifactLayout.Train.last)
    if FileManager.default.fileExists(atPath: last.path(percentEncoded: false)) {
      return try TrainingCheckpoint.read(last, for: graph)
    }
    guard let path = parameters.weights else {
      return TrainingState(
        parameters: HeNormalInitialization.parameters(
          of: graph, seed: UInt64(bitPattern: Int64(parameters.seed))))
    }
    let weights = URL(fileURLWithPath: path)
    let tensors = try SafeTensors.read(weights).tensors
    try tensors.requireMatch(graph.stateShapes, file: weights)
    return TrainingState(parameters: tensors)
  }
}
