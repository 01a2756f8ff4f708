import Logging
import PipelineConfiguration
import Vocabulary

/// Keys of a network that can't act on its training, or not as they read, as only the whole of it
/// tells. What no training could act on is refused where the configuration is read.
struct IdleSettings {
  let parameters: TrainParameters
  /// The dotted key of the network's section.
  let key: String
  let stepsPerEpoch: Int

  private var steps: Int { parameters.totalEpochs * stepsPerEpoch }

  func warn(_ logger: Logger) {
    for note in notes { logger.warning("\(key).\(note)") }
    if let lateDecay { logger.notice("\(key).\(lateDecay)") }
  }

  /// Each begins with its key.
  var notes: [String] { watchdog + average + augmentation + weights + optimizers }

  private var longestPhase: Int {
    stepsPerEpoch * (parameters.phases.map { $0.epochs ?? parameters.epochs }.max() ?? 0)
  }

  /// An average that never keeps as much as `ema_decay` says, which is one all the same.
  var lateDecay: String? {
    guard let decay = parameters.emaDecay else { return nil }
    let ramp = Double(1 + longestPhase) / Double(10 + longestPhase)
    guard ramp < decay else { return nil }
    let needed = Int(((10 * decay - 1) / (1 - decay)).rounded(.up))
    return
      "ema_decay of \(decay) is reached after \(needed) steps, and the longest phase has \(longestPhase): "
      + "until then the n-th step keeps (1 + n) / (10 + n), here up to \(ramp)"
  }

  /// Defaults that come too late for a short training were not asked for, and are not mentioned.
  private var watchdog: [String] {
    let (rules, usual) = (parameters.watchdog, WatchdogParameters())
    let epochs = parameters.totalEpochs
    var notes: [String] = []
    func note(
      _ name: String, _ action: (set: WatchdogAction, usual: WatchdogAction),
      limit: String, isSet: Bool, isLate: Bool, _ reason: String
    ) {
      if action.set == .off {
        if isSet { notes.append("watchdog.\(limit) has no effect: watchdog.\(name) is off") }
      } else if isLate, isSet || action.set != action.usual {
        notes.append("watchdog.\(name) can't act: \(reason)")
      }
    }
    note(
      "floor", (rules.floor, usual.floor), limit: "floor_epochs",
      isSet: rules.floorEpochs != usual.floorEpochs, isLate: rules.floorEpochs > epochs,
      "it looks after \(rules.floorEpochs) epochs, and the training has \(epochs)")
    note(
      "dead_gradients", (rules.deadGradients, usual.deadGradients), limit: "dead_steps",
      isSet: rules.deadSteps != usual.deadSteps, isLate: rules.deadSteps > steps,
      "it waits for \(rules.deadSteps) steps, and the training has \(steps)")
    note(
      "constant_output", (rules.constantOutput, usual.constantOutput), limit: "spread",
      isSet: rules.spread != usual.spread, isLate: false, "")
    // Means of 100 steps, of which 100 in a row have to be too high.
    note(
      "divergence", (rules.divergence, usual.divergence), limit: "divergence_factor",
      isSet: rules.divergenceFactor != usual.divergenceFactor, isLate: steps < 199,
      "it takes 199 steps, and the training has \(steps)")
    return notes
  }

  private var average: [String] {
    // WeightAverage samples every 32 steps, at least once an epoch.
    guard parameters.emaDecay != nil, longestPhase / min(32, stepsPerEpoch) < 2 else { return [] }
    return [
      "ema_decay has no effect: a phase of \(longestPhase) steps is sampled once, and that is the average"
    ]
  }

  private var augmentation: [String] {
    let augment = parameters.augment
    let kinds = [
      ("blur_gaussian", augment.blurGaussian), ("blur_average", augment.blurAverage),
      ("blur_median", augment.blurMedian),
    ].filter { $0.1 != nil }
    if augment.blur == 0 {
      return kinds.map { "augment.\($0.0) has no effect: augment.blur, its probability, is 0" }
    }
    let isIdle = kinds.allSatisfy { $0.0 == "blur_gaussian" && $0.1?.upperBound == 0 }
    return isIdle
      ? ["augment.blur has no effect: blur_gaussian is 0, and there is no other kind"] : []
  }

  private var weights: [String] {
    var notes: [String] = []
    if !parameters.freeze.isEmpty, parameters.weights == nil, parameters.continueFrom == nil {
      notes.append("freeze keeps random values as they are: there are no weights to start from")
    }
    if parameters.anyWeight == 0 {
      notes.append("any_weight is 0: nothing teaches the network the label any")
    }
    return notes
  }

  private var optimizers: [String] {
    var notes: [String] = []
    for (place, phase) in parameters.phases.enumerated() {
      let usual = PhaseParameters(optimizer: phase.optimizer, definition: phase.definition)
      let prefix = parameters.phases.count == 1 ? "" : "phases[\(place)]."
      func idle(_ name: String, _ reason: String) {
        notes.append("\(prefix)\(name) has no effect: \(reason)")
      }
      switch phase.optimizer {
      case .sgd:
        if phase.rho != usual.rho { idle("rho", "sgd does not read it") }
        if phase.epsilon != usual.epsilon { idle("epsilon", "sgd does not read it") }
      case .rmsprop:
        if phase.nesterov != usual.nesterov { idle("nesterov", "rmsprop does not read it") }
      }
      if phase.learningRate == 0 {
        notes.append("\(prefix)learning_rate is 0: the phase changes no weight")
      }
      if place == 0, phase.start != usual.start { idle("start", "no phase comes before") }
    }
    return notes
  }
}
