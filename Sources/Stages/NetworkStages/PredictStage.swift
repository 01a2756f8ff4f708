import ArtifactTables
import ComputeGraph
import Diagnostics
import Foundation
import Inference
import PipelineConfiguration
import PipelineContract
import SliceLoading
import Vocabulary

/// The predict stage: probabilities of the held-out fold and of the test collection.
package struct PredictStage {
  /// What it reports when it is done.
  package struct Summary: Sendable {
    package let validation: Int
    package let test: Int
  }

  /// The artifacts it reads.
  package struct Inputs: Sendable {
    package var model: URL
    package var convertTrain: URL
    package var convertTest: URL
    package var split: URL

    package init(model: URL, convertTrain: URL, convertTest: URL, split: URL) {
      self.model = model
      self.convertTrain = convertTrain
      self.convertTest = convertTest
      self.split = split
    }
  }

  private let inputs: Inputs
  private let configuration: Configuration
  private let staging: URL
  private let precision: PrecisionSetting
  private let context: JobContext

  package init(
    inputs: Inputs, configuration: Configuration, into staging: URL,
    precision: PrecisionSetting, context: JobContext
  ) {
    self.inputs = inputs
    self.configuration = configuration
    self.staging = staging
    self.precision = precision
    self.context = context
  }

  /// Predicts both collections and writes their tables.
  ///
  /// - Throws: `IchorError`: `.inputMissing` without a file, `.badData` where one is malformed or
  ///   damaged, the model's input differs or its output is broken, `.configuration` where the size
  ///   was not converted, `.cannotCreate` or `.inputOutput` where a file can't be written;
  ///   `CancelledBySignal`; what `backend` throws.
  package func run(on backend: any Backend) throws -> Summary {
    let cardFile = inputs.model.appendingPathComponent(ArtifactLayout.Train.model)
    let card = try ModelCard.read(from: cardFile)
    let convert = configuration.convert
    guard card.hounsfield == convert.keepsHounsfieldUnits,
      card.hounsfield || convert.content == .windows(card.windows)
    else {
      throw IchorError(
        .badData, code: "model-input-differs",
        "the model was trained on the windows \(PictureContent.windows(card.windows).names)"
          + (card.hounsfield ? " of Hounsfield units" : "")
          + ", but the slices show \(convert.content.names)",
        remedy: "Train it again, or set convert.windows back.",
        at: cardFile.path(percentEncoded: false))
    }
    let graph = try NetworkSetup.graph(of: card)
    let precision = try precision.resolve(
      for: graph, of: card.architecture, .predict, batch: configuration.predict.batch, on: backend,
      context)
    let weightsFile = inputs.model.appendingPathComponent(ArtifactLayout.Train.best)
    let weights = try TrainingCheckpoint.readWeights(
      weightsFile, for: graph, precision: precision)
    let heldOut = try LabelledCollection(
      convert: inputs.convertTrain, split: inputs.split, parameters: configuration.split,
      size: card.size, windows: card.loadedWindows
    ).heldOut
    let table = try SliceTable(artifact: inputs.convertTest)
    let test = SliceDataset(
      source: try ShardSource(
        rows: table.rows, of: table, artifact: inputs.convertTest, size: card.size),
      ids: table.rows.map(\.id), windows: card.loadedWindows)
    let network = try backend.compile(
      Program(graph, mode: .inference, batch: configuration.predict.batch), precision: precision)
    try network.load(weights)
    let calibrated = CalibratedProbabilities(
      try card.requireSampling(cardFile),
      applies: configuration.predict.correctPrior)
    let name = inputs.model.lastPathComponent
    let parts = try [heldOut, test].map { dataset in
      let predictor = Predictor(
        network: network, dataset: dataset, normalization: card.imageNormalization)
      let logits = try predictor.logits(context: context, unit: "slices")
      let part = PredictedSlices(
        dataset: dataset, logits: logits, probabilities: calibrated.probabilities(of: logits))
      try part.requireFinite(name, weights: weightsFile)
      return part
    }
    try PredictedSlices.requireVariation(parts, name, weights: weightsFile)
    for (part, table) in zip(
      parts, [ArtifactLayout.Predict.validation, ArtifactLayout.Predict.test])
    {
      try PredictionTable(ids: part.dataset.ids, probabilities: part.probabilities)
        .write(to: staging.appendingPathComponent(table))
    }
    let calibration = calibrated.calibration(
      of: parts[0].logits, heldOut: heldOut, leaky: card.leaky)
    try calibration.write(to: staging.appendingPathComponent(ArtifactLayout.Predict.calibration))
    report(calibration, calibrated)
    return Summary(validation: heldOut.count, test: test.count)
  }

  private func report(_ calibration: PriorCalibration, _ calibrated: CalibratedProbabilities) {
    let uncorrected = calibrated.uncorrected
    if configuration.predict.correctPrior, calibrated.changesNothing {
      context.logger.warning(
        "predict.correct_prior changes nothing: the training drew each label as often as it occurs")
    }
    if configuration.predict.correctPrior, !uncorrected.isEmpty {
      context.logger.warning(
        "slices of a kind were never drawn in the training: these labels stay uncorrected",
        metadata: ["labels": "\(uncorrected.map(\.rawValue).joined(separator: ", "))"])
    }
    context.logger.info(
      "\(LeakyStamp.prefix(calibration.leaky))prior correction",
      metadata: [
        "applied": "\(calibration.applied)", "loss_before": "\(calibration.lossBefore)",
        "loss_after": "\(calibration.lossAfter)",
      ])
  }
}
