import Augmentation
import ComputeGraph
import Diagnostics
import PipelineConfiguration
import PipelineContract
import SliceLoading
import Training
import Vocabulary

/// What a network's parameters amount to: its sampler, its recipe, its augmentation.
struct TrainingPlan {
  let parameters: TrainParameters
  /// The dotted key of the network's section.
  let key: String

  var seed: UInt64 { UInt64(bitPattern: Int64(parameters.seed)) }

  /// Draws the batches of the engine, of which `accumulate` make an optimiser step.
  ///
  /// - Parameter redraw: which slices each epoch leaves out; `nil`: none.
  func sampler(for data: SliceDataset, redraw: ValidationRedraw?) throws -> any BatchSampler {
    guard let labels = data.labels else { preconditionFailure("training needs labels") }
    let (classes, accumulate) = (data.classes, parameters.accumulate)
    func make(stepsPerEpoch: Int?) throws -> any BatchSampler {
      guard let redraw else {
        return try sampler(labels: labels, classes: classes, stepsPerEpoch: stepsPerEpoch)
      }
      return try RedrawingSampler(
        redraw, labels: labels, classes: classes, epochs: parameters.totalEpochs,
        stepsPerEpoch: stepsPerEpoch
      ) { try sampler(labels: $0, classes: classes, stepsPerEpoch: $1) }
    }
    if let steps = parameters.stepsPerEpoch {
      return try make(stepsPerEpoch: steps * accumulate)
    }
    let whole = try make(stepsPerEpoch: nil)
    if whole.stepsPerEpoch.isMultiple(of: accumulate) { return whole }
    return try make(stepsPerEpoch: max(1, whole.stepsPerEpoch / accumulate) * accumulate)
  }

  private func sampler(labels: [Float], classes: Int, stepsPerEpoch: Int?) throws
    -> any BatchSampler
  {
    let sampler = parameters.sampler
    let share = try BatchShare(globalBatch: parameters.batch)
    switch sampler.kind {
    case .epochs:
      return EpochPermutation(
        count: labels.count / classes, share: share, seed: seed, stepsPerEpoch: stepsPerEpoch)
    case .weighted:
      return try WeightedSampler(
        labels: labels, classes: classes,
        rates: SamplingRates(
          keepPositive: sampler.keepPositive, keepNegative: sampler.keepNegative,
          positiveShare: sampler.positiveShare, subtypeShares: sampler.subtypeShares),
        share: share, seed: seed, stepsPerEpoch: stepsPerEpoch)
    }
  }

  /// - Throws: `IchorError(.configuration)` where a schedule can't act in that many steps.
  func recipe(stepsPerEpoch: Int, parameterNames: [String]) throws -> TrainingRecipe {
    var recipe = TrainingRecipe(
      phases: try parameters.phases.enumerated().map { place, phase in
        try self.phase(phase, place, stepsPerEpoch: stepsPerEpoch)
      },
      loss: WeightedBinaryCrossEntropy(
        classWeights: Label.allCases.map { $0 == .any ? parameters.anyWeight : 1 }))
    recipe.accumulate = parameters.accumulate
    recipe.frozen = try frozen(parameterNames)
    recipe.average = parameters.emaDecay.map {
      WeightAverage(decay: $0, interval: min(WeightAverage.usualInterval, stepsPerEpoch))
    }
    recipe.monitor = parameters.monitor
    recipe.stop = parameters.stop.map {
      EarlyStopping(patience: $0.patience, minDelta: $0.minDelta)
    }
    recipe.watchdog = watchdog
    recipe.checkpointSteps = parameters.checkpointSteps
    return recipe
  }

  private func phase(_ phase: PhaseParameters, _ place: Int, stepsPerEpoch: Int) throws
    -> TrainingPhase
  {
    let epochs = phase.epochs ?? parameters.epochs
    let schedule = LearningRateSchedule(
      peak: phase.learningRate, shape: shape(phase.schedule, stepsPerEpoch: stepsPerEpoch),
      warmupSteps: phase.schedule.warmupSteps, totalSteps: epochs * stepsPerEpoch)
    try schedule.requireEffect(
      at: parameters.phases.count == 1 ? key : "\(key).phases[\(place)]")
    return TrainingPhase(
      name: phase.optimizer.rawValue, epochs: epochs,
      rule: UpdateRule(
        method(phase), rate: 0, momentum: Float(phase.momentum), decay: Float(phase.weightDecay),
        decaysWeightsOnly: true),
      schedule: schedule, clipNorm: phase.clipNorm, startsFromBest: phase.start == .best)
  }

  private func method(_ phase: PhaseParameters) -> UpdateRule.Method {
    let (rho, epsilon) = (Float(phase.rho), Float(phase.epsilon))
    switch (phase.optimizer, phase.definition) {
    case (.rmsprop, .pytorch): return .pytorchRMSprop(rho: rho, epsilon: epsilon)
    case (.rmsprop, .keras): return .kerasRMSprop(rho: rho, epsilon: epsilon)
    case (.sgd, .keras): return .kerasSGD(nesterov: phase.nesterov)
    case (.sgd, .pytorch): return .sgd(nesterov: phase.nesterov)
    }
  }

  private func shape(
    _ schedule: ScheduleParameters, stepsPerEpoch: Int
  ) -> LearningRateSchedule.Shape {
    switch schedule.schedule {
    case .constant: .constant
    case .cosine: .cosine
    case .step: .step(every: schedule.stepEpochs * stepsPerEpoch, factor: schedule.factor)
    case .plateau:
      .plateau(
        PlateauSchedule(
          factor: schedule.factor, patience: schedule.patience, minDelta: schedule.minDelta,
          cooldown: schedule.cooldown, minimumRate: schedule.minLearningRate))
    }
  }

  /// - Throws: `IchorError(.configuration)` where a prefix names nothing, or everything is frozen.
  private func frozen(_ names: [String]) throws -> Set<String> {
    func fault(_ code: String, _ message: String, _ remedy: String) -> IchorError {
      IchorError(.configuration, code: code, message, remedy: remedy, at: "\(key).freeze")
    }
    for prefix in parameters.freeze where !names.contains(where: { $0.hasPrefix(prefix) }) {
      throw fault(
        "freeze-unknown", "no parameter of \(parameters.model.rawValue) begins with “\(prefix)”",
        "Use the beginning of a parameter's name, such as “\(names.first ?? "")”.")
    }
    let frozen = names.filter { name in parameters.freeze.contains { name.hasPrefix($0) } }
    if frozen.count == names.count {
      throw fault("freeze-everything", "nothing would be left to train", "Freeze less.")
    }
    return Set(frozen)
  }

  private var watchdog: Watchdog.Rules {
    let settings = parameters.watchdog
    return Watchdog.Rules(
      actions: [
        .noSkill: settings.floor, .deadGradients: settings.deadGradients,
        .constantOutput: settings.constantOutput, .divergence: settings.divergence,
      ],
      floorEpochs: settings.floorEpochs, deadSteps: settings.deadSteps, spread: settings.spread,
      divergenceFactor: settings.divergenceFactor)
  }

  /// `nil` where everything is off.
  var augmentation: RandomAugmentation? {
    let ranges = AugmentationRanges(parameters.augment)
    return ranges.isEmpty ? nil : RandomAugmentation(ranges, seed: seed)
  }
}
