import ArtifactTables
import Foundation
import PipelineConfiguration
import PipelineContract

/// Trainings and predictions: what an image costs is decided by the network and by what computes it.
extension RunEstimates {
  /// What decides how long an image takes, besides the network's input channels.
  private static let costs = ["model", "size", "batch", "freeze"]
  private static let compute = ["compute.backend", Recipe.precisionKey]
  /// What decides which slices an epoch draws.
  private static let draws = [
    "steps_per_epoch", "sampler.kind", "sampler.keep_positive", "sampler.keep_negative",
  ]
  /// What decides what a checkpoint holds.
  private static let states = ["model", "ema_decay"]

  func train(_ instance: StageInstance, _ earlier: EarlierRun?, resumes: Bool) throws
    -> RunEstimate
  {
    let name = instance.instance ?? ""
    guard let parameters = pipeline.configuration.train[name] else {
      return RunEstimate(items: nil, unit: nil, rate: nil, bytes: nil)
    }
    let prefix = { (keys: [String]) in keys.map { "train.\(name).\($0)" } }
    let total = try draws(parameters, instance, earlier, keys: prefix(Self.draws))
    let left = resumes ? 1 - (try finishedShare(of: instance, parameters)) : 1
    guard let earlier else {
      return RunEstimate(items: total.map { $0 * left }, unit: "images", rate: nil, bytes: nil)
    }
    let then = earlier.manifest.parameters
    let folder = pipeline.layout.directory(instance)
    let isAlike =
      try isEqual(prefix(Self.costs) + Self.compute, for: instance, then)
      && channels(in: folder) == channels(parameters)
    let optimizers = try optimizers(pipeline.configuration.parameters(for: instance))
    // The channels of the first convolution are too few to show in a size.
    let keepsAlike =
      try isEqual(prefix(Self.states), for: instance, then) && optimizers == self.optimizers(then)
    return RunEstimate(
      items: total.map { $0 * left }, unit: earlier.record.unit,
      rate: isAlike ? earlier.record.itemsPerSecond : nil,
      bytes: keepsAlike ? Double(earlier.manifest.outputBytes) : nil)
  }

  /// The images of the whole training; `nil` where the number of slices is not known.
  private func draws(
    _ parameters: TrainParameters, _ instance: StageInstance, _ earlier: EarlierRun?,
    keys: [String]
  ) throws -> Double? {
    if let steps = parameters.stepsPerEpoch {
      return Double(parameters.totalEpochs) * Double(steps) * Double(parameters.batch)
        * Double(parameters.accumulate)
    }
    guard let earlier, try isEqual(keys, for: instance, earlier.manifest.parameters),
      let growth = try growth(of: instance, since: earlier.manifest)
    else { return nil }
    let then = Self.totalEpochs(
      earlier.manifest.parameters, prefix: "train.\(instance.instance ?? "")")
    let drawn =
      Self.card(in: pipeline.layout.directory(instance))?.sampling?.draws ?? earlier.record.items
    guard let then, then > 0 else { return nil }
    return Double(drawn) * Double(parameters.totalEpochs) / then * growth
  }

  /// The epochs of all phases, from recorded parameters.
  private static func totalEpochs(_ parameters: [String: JSONValue], prefix: String) -> Double? {
    let standard = parameters["\(prefix).epochs"]?.number
    var total = 0.0
    var phase = 0
    // Every phase has an optimizer.
    while parameters["\(prefix).phases.\(phase).optimizer"] != nil {
      guard let own = parameters["\(prefix).phases.\(phase).epochs"]?.number ?? standard else {
        return nil
      }
      total += own
      phase += 1
    }
    return phase > 0 ? total : standard
  }

  /// The optimizers of all phases: what they keep for each weight is in a checkpoint.
  private func optimizers(_ parameters: [String: JSONValue]) -> Set<JSONValue> {
    Set(parameters.filter { $0.key.hasSuffix(".optimizer") }.map(\.value))
  }

  /// How many windows a picture of the network has.
  private func channels(_ parameters: TrainParameters) -> Int {
    parameters.shownWindows(of: pipeline.configuration.convert).count
  }

  private func channels(in folder: URL) -> Int? { Self.card(in: folder)?.windows.count }

  private static func card(in folder: URL) -> ModelCard? {
    try? ModelCard.read(from: folder.appendingPathComponent(ArtifactLayout.Train.model))
  }

  /// The part of an interrupted training that is done.
  func finishedShare(of instance: StageInstance, _ parameters: TrainParameters) throws
    -> Double
  {
    guard let folder = try check.workToContinue(of: instance),
      let history = try? TrainingHistory(
        file: folder.appendingPathComponent(ArtifactLayout.Train.history))
    else { return 0 }
    return min(1, Double(history.epochs.count) / Double(max(1, parameters.totalEpochs)))
  }

  func predict(_ instance: StageInstance, _ earlier: EarlierRun?) throws -> RunEstimate {
    guard let earlier, let now = pipeline.configuration.train[instance.instance ?? ""] else {
      return RunEstimate(items: nil, unit: nil, rate: nil, bytes: nil)
    }
    var estimate = earlier.scaled(try growth(of: instance, since: earlier.manifest))
    let network = StageInstance(.train, instance.instance)
    let isAlike =
      try isEqual(["predict.batch"] + Self.compute, for: instance, earlier.manifest.parameters)
      && isSameNetwork(network, now, since: earlier.manifest)
    if !isAlike { estimate.seconds = nil }
    return estimate
  }

  private func isSameNetwork(
    _ network: StageInstance, _ now: TrainParameters, since manifest: Manifest
  ) throws -> Bool {
    guard let then = try source(network, of: manifest) else { return false }
    let prefix = "train.\(network.instance ?? "")"
    return try isEqual(
      ["\(prefix).model", "\(prefix).size"], for: network, then.manifest.parameters)
      && channels(in: then.folder) == channels(now)
  }
}
