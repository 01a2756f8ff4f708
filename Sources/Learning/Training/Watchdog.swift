import Foundation

/// Watches the losses, gradients and outputs of a training run, so that hours are not spent on a
/// network that does not learn.
///
/// A value: its `state` goes into a checkpoint and back, and a resumed run gets the same verdicts.
package struct Watchdog: Sendable {
  /// What the watchdog remembers.
  package struct State: Sendable, Equatable, Codable {
    /// Steps seen, and the running mean of their losses.
    package fileprivate(set) var steps = 0
    package fileprivate(set) var meanLoss = 0.0
    /// The lowest running mean over a whole window.
    package fileprivate(set) var lowestMean: Double?
    /// Consecutive steps with a mean that is too high.
    package fileprivate(set) var highSteps = 0
    /// Consecutive steps without a gradient.
    package fileprivate(set) var deadSteps = 0
    package fileprivate(set) var epochs = 0
    package fileprivate(set) var bestValidation: Double?
    /// The troubles that have been reported.
    package fileprivate(set) var told: [Trouble] = []

    package init() {}
  }

  package let rules: Rules
  /// What the constant predictor scores on the held-out fold.
  package let floor: Double
  package var state = State()

  package init(rules: Rules, floor: Double) {
    self.rules = rules
    self.floor = floor
  }

  /// Takes in one step.
  ///
  /// The running mean is that of all losses for the first window of steps, then an exponential one
  /// of the same length. It is too high where it exceeds the floor and also `divergenceFactor`
  /// times the lowest it has been or ln 2, the cost of always saying one half, whichever is lower;
  /// training has diverged where that lasts for a window. So neither a few wild steps count, nor
  /// the noise of a training run that has come far.
  ///
  /// - Parameters:
  ///   - loss: of the batch.
  ///   - gradientNorm: of the first layer's weights, before any clipping; the classifier's bias has
  ///     a gradient even where no path leads back to the input. `nil` where it was not measured.
  package mutating func stepFinished(loss: Double, gradientNorm: Double?) -> Verdict? {
    state.steps += 1
    guard loss.isFinite, gradientNorm?.isFinite ?? true else {
      return verdict(
        .divergence,
        "Step \(state.steps) has the loss \(loss)"
          + (gradientNorm.map { " and the gradient norm \($0)" } ?? ""),
        remedy: "Lower the learning rate, lengthen warmup_steps, or use compute.precision: f32.")
    }
    state.meanLoss += (loss - state.meanLoss) / Double(min(state.steps, rules.window))
    return gradientVerdict(gradientNorm) ?? divergenceVerdict()
  }

  private mutating func gradientVerdict(_ norm: Double?) -> Verdict? {
    guard let norm else { return nil }
    state.deadSteps = norm == 0 ? state.deadSteps + 1 : 0
    guard state.deadSteps >= rules.deadSteps else { return nil }
    return verdict(
      .deadGradients,
      "The first layer's gradient has been zero for \(state.deadSteps) steps, up to step "
        + "\(state.steps)",
      remedy: "Lower the learning rate and start again: units that a large step has switched off "
        + "don't recover.")
  }

  private mutating func divergenceVerdict() -> Verdict? {
    guard state.steps >= rules.window else { return nil }
    let lowest = min(state.lowestMean ?? state.meanLoss, state.meanLoss)
    state.lowestMean = lowest
    let reference = min(lowest, log(2))
    let isHigh = state.meanLoss > max(rules.divergenceFactor * reference, floor)
    state.highSteps = isHigh ? state.highSteps + 1 : 0
    guard state.highSteps >= rules.window else { return nil }
    return verdict(
      .divergence,
      "The training loss, \(text(state.meanLoss)) on average at step \(state.steps), has been more "
        + "than \(rules.divergenceFactor) times \(text(reference)), "
        + (lowest < log(2) ? "its lowest" : "the cost of always saying one half")
        + ", for \(state.highSteps) steps",
      remedy: "Lower the learning rate or lengthen warmup_steps; the best weights so far are kept.")
  }

  /// Takes in one epoch's validation.
  ///
  /// - Parameter spread: as `spread(of:labels:)` gives it.
  package mutating func epochFinished(validationLoss: Double, spread: Double) -> [Verdict] {
    state.epochs += 1
    if validationLoss.isFinite {
      state.bestValidation = min(state.bestValidation ?? validationLoss, validationLoss)
    }
    var verdicts: [Verdict] = []
    if spread <= rules.spread {
      verdicts += [
        verdict(
          .constantOutput,
          "All held-out slices get the same probabilities, within \(spread), after epoch "
            + "\(state.epochs)",
          remedy: "Lower the learning rate, and look at the pictures in convert's preview.png.")
      ].compactMap(\.self)
    }
    if state.epochs >= rules.floorEpochs, state.bestValidation.map({ $0 >= floor }) ?? true {
      verdicts += [
        verdict(
          .noSkill,
          "After \(state.epochs) epochs the best validation loss, "
            + "\(state.bestValidation.map(text) ?? "none"), is not below \(text(floor)), the "
            + "cost of saying the base rates",
          remedy: "Change the learning rate, or raise watchdog.floor_epochs to train on.")
      ].compactMap(\.self)
    }
    return verdicts
  }

  /// The widest range of any label's probabilities; 0 where every slice gets the same.
  ///
  /// - Parameter probabilities: row-major [slices, labels].
  package static func spread(of probabilities: [Double], labels: Int) -> Double {
    guard probabilities.count >= labels else { return 0 }
    var low = Array(probabilities.prefix(labels))
    var high = low
    for (place, value) in probabilities.enumerated() {
      low[place % labels] = min(low[place % labels], value)
      high[place % labels] = max(high[place % labels], value)
    }
    return zip(high, low).map(-).max() ?? 0
  }

  private mutating func verdict(_ trouble: Trouble, _ message: String, remedy: String) -> Verdict? {
    let action = rules.actions[trouble] ?? .off
    if action == .off || action == .warn && state.told.contains(trouble) { return nil }
    if !state.told.contains(trouble) { state.told.append(trouble) }
    return Verdict(trouble: trouble, action: action, message: message, remedy: remedy)
  }

  private func text(_ value: Double) -> String { String(format: "%.4f", value) }
}
