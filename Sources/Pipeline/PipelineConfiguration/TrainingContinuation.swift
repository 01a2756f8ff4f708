import Foundation
import PipelineContract

/// Whether a training goes on from where another recipe has brought it, bit for bit as if it had been
/// trained with the new one from the start.
///
/// A pure function of both recipes and of how far the training has come: what has been trained so far
/// must be what the new recipe would have trained.
package struct TrainingContinuation {
  /// How far a training has come.
  package struct Reach {
    package let finishedEpochs: Int
    /// Whether the training is done; otherwise it may stand inside the next epoch.
    package let isDone: Bool

    package init(finishedEpochs: Int, isDone: Bool) {
      self.finishedEpochs = finishedEpochs
      self.isDone = isDone
    }
  }

  package enum Verdict: Equatable {
    case goesOn(Continuation)
    /// With what there is to say about it besides what differs.
    case beginsAnew(note: String?)

    /// `nil` where it begins anew.
    package var continuation: Continuation? {
      if case .goesOn(let continuation) = self { continuation } else { nil }
    }
  }

  private let prefix: String
  private let strictly: Bool

  /// - Parameters:
  ///   - name: the network's key.
  ///   - strictly: whether another executable makes another recipe.
  package init(of name: String, strictly: Bool) {
    prefix = "train.\(name)."
    self.strictly = strictly
  }

  package func verdict(from old: Recipe, to new: Recipe, reach: Reach) -> Verdict {
    let differences = StaleReason.differences(from: old, to: new, strictly: strictly)
    let others = differences.filter { key(of: $0) == nil }
    guard others.isEmpty, let before = parameters(of: old), let after = parameters(of: new) else {
      return .beginsAnew(note: nil)
    }
    if Self.withoutWhatComes(before) != Self.withoutWhatComes(after) {
      return .beginsAnew(note: nil)
    }
    switch Self.fit(of: after, to: before, reach) {
    case .fits:
      let next = "epoch \(reach.finishedEpochs + 1)"
      let isOver = reach.isDone && after.totalEpochs == before.totalEpochs
      return .goesOn(
        Continuation(from: isOver ? "the end of its training" : next, differences: differences))
    case .cosine:
      return .beginsAnew(
        note: "begins anew, as a cosine over other epochs differs from its first step on; "
          + "\(prefix)\(TrainParameters.CodingKeys.continueFrom.stringValue): best would start from "
          + "the weights there are")
    case .differs: return .beginsAnew(note: nil)
    }
  }

  /// The key of the network's section that a difference is about, `nil` for anything else.
  private func key(of reason: StaleReason) -> String? {
    switch reason {
    case .parameter(let key, _, _), .parameterAdded(let key, _), .parameterRemoved(let key, _):
      key.hasPrefix(prefix) ? String(key.dropFirst(prefix.count)) : nil
    default: nil
    }
  }

  /// `nil` where they are of a version that had other keys.
  private func parameters(of recipe: Recipe) -> TrainParameters? {
    var tree = ParameterTree()
    for (key, value) in recipe.parameters where key.hasPrefix(prefix) {
      tree.insert(
        value, at: key.dropFirst(prefix.count).split(separator: ".").map(String.init)[...])
    }
    // Recorded parameters leave out how often the work is kept.
    tree.insert(.integer(1), at: [TrainParameters.CodingKeys.checkpointSteps.stringValue])
    guard let data = try? JSONEncoder().encode(tree.value) else { return nil }
    return try? JSONDecoder().decode(TrainParameters.self, from: data)
  }

  /// The parameters that every step reads, from the first on.
  private static func withoutWhatComes(_ parameters: TrainParameters) -> TrainParameters {
    var rest = parameters
    rest.epochs = 0
    rest.phases = []
    rest.watchdog = WatchdogParameters()
    return rest
  }

  private enum Fit { case fits, cosine, differs }

  /// Whether the new phases begin with what has been trained.
  private static func fit(
    of after: TrainParameters, to before: TrainParameters, _ reach: Reach
  ) -> Fit {
    let (old, new) = (phases(of: before), phases(of: after))
    // Where early stopping may have ended a phase, the number of epochs does not tell which one the
    // training is in: the last phase alone may become longer then.
    var standing = old.count - 1
    var reached = old[standing].epochs ?? 0
    if before.stop == nil {
      reached = reach.finishedEpochs
      standing = 0
      while standing < old.count - 1, reached >= old[standing].epochs ?? 0 {
        reached -= old[standing].epochs ?? 0
        standing += 1
      }
    }
    guard new.count > standing, new[..<standing] == old[..<standing] else { return .differs }
    var (was, becomes) = (old[standing], new[standing])
    let length = becomes.epochs ?? 0
    let isSameLength = was.epochs == becomes.epochs
    (was.epochs, becomes.epochs) = (0, 0)
    guard was == becomes else { return .differs }
    if isSameLength { return .fits }
    if was.schedule.schedule == .cosine { return .cosine }
    return length > reached || length == reached && reach.isDone ? .fits : .differs
  }

  /// Each with its own number of epochs.
  private static func phases(of parameters: TrainParameters) -> [PhaseParameters] {
    parameters.phases.map { phase in
      var phase = phase
      phase.epochs = phase.epochs ?? parameters.epochs
      return phase
    }
  }
}

/// Recorded parameters as they were before they were flattened.
private struct ParameterTree {
  private var leaf: JSONValue?
  private var members: [String: ParameterTree] = [:]

  mutating func insert(_ value: JSONValue, at path: ArraySlice<String>) {
    guard let first = path.first else {
      leaf = value
      return
    }
    members[first, default: ParameterTree()].insert(value, at: path.dropFirst())
  }

  var value: JSONValue { leaf ?? .object(members.mapValues(\.value)) }
}
