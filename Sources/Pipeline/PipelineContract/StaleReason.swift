/// Why an artifact is not what a run would make now; printed by `plan` and `status`.
package enum StaleReason: Hashable, Sendable {
  case missing
  /// There is unfinished work of this recipe, which the next run continues.
  case incomplete
  /// There is unfinished work of another recipe; the next run sets it aside, or removes it where
  /// none is kept.
  case otherWork(differences: [StaleReason], isKept: Bool)
  /// The next run goes on from what another recipe has made; `differences` where nothing else tells
  /// them.
  case goesOn(Continuation)
  /// Why the next run does not go on, although only what comes has changed.
  case beginsAnew(String)
  /// A replaced artifact of this recipe is kept, written `STAGE/INSTANCE@ID`.
  case kept(String)
  case manifestUnreadable
  case formatVersion(old: Int, new: Int)
  case parameter(key: String, old: JSONValue, new: JSONValue)
  case parameterAdded(key: String, value: JSONValue)
  case parameterRemoved(key: String, value: JSONValue)
  /// Hashes; `nil` where the input was or is none.
  case input(name: String, old: String?, new: String?)
  case outputMissing(path: String)
  case outputChanged(path: String, old: Int, new: Int)
  /// `Stage.resultsVersion`; `nil` in manifests that don't have it.
  case resultsVersion(program: String, old: Int?, new: Int?)
  /// The executable is another one, where that is asked for.
  case programChanged(name: String)
  /// It may turn out fresh if the upstream run gives equal outputs.
  case upstreamStale(StageInstance)
  /// A person asked for it.
  case forced
}

extension StaleReason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing: "there is no artifact yet"
    case .incomplete: "an earlier run was interrupted; its work is kept"
    case .otherWork(let differences, let isKept):
      (isKept
        ? "a run sets interrupted work of another recipe aside: "
        : "a run removes interrupted work of another recipe: ") + Self.summary(differences)
    case .goesOn(let continuation):
      "goes on from \(continuation.from)"
        + (continuation.differences.isEmpty
          ? "" : " of earlier work with \(Self.summary(continuation.differences))")
    case .beginsAnew(let note): note
    case .kept(let reference): "“./ichor restore \(reference)” brings back one that was made so"
    case .manifestUnreadable: "the manifest cannot be read"
    case .formatVersion(let old, let new): "format version: \(old) -> \(new)"
    case .parameter(let key, let old, let new): "\(key): \(old) -> \(new)"
    case .parameterAdded(let key, let value): "\(key): (none) -> \(value)"
    case .parameterRemoved(let key, let value): "\(key): \(value) -> (none)"
    case .input(let name, let old, let new):
      "input \(name): \(Self.short(old)) -> \(Self.short(new))"
    case .outputMissing(let path): "output \(path) is missing"
    case .outputChanged(let path, let old, let new):
      "output \(path) changed: \(old) -> \(new) bytes"
    case .resultsVersion(let program, let old, let new):
      "results of \(program): version \(old.map(String.init) ?? "(none)") -> "
        + (new.map(String.init) ?? "(none)")
    case .programChanged(let name): "the program \(name) changed"
    case .upstreamStale(let instance): "\(instance) is not up to date"
    case .forced: "asked for with --force"
    }
  }

  private static func short(_ hash: String?) -> String {
    hash.map { String($0.prefix(8)) } ?? "(none)"
  }
}

extension StaleReason {
  /// The first reasons in one line, and all that is said of other work.
  package static func summary(_ reasons: [StaleReason], limit: Int = 3) -> String {
    let own = reasons.filter { !$0.isAboutOtherWork }
    let rest = own.count - limit
    return
      (own.prefix(limit).map(\.description) + (rest > 0 ? ["and \(rest) more"] : [])
      + reasons.filter(\.isAboutOtherWork).map(\.description)).joined(separator: "; ")
  }

  /// Whether the next run goes on with earlier work.
  package var isUnfinishedWork: Bool {
    switch self {
    case .incomplete, .goesOn: true
    default: false
    }
  }

  /// Whether it says what there is besides the artifact, and not what is the matter with it.
  private var isAboutOtherWork: Bool {
    switch self {
    case .incomplete, .otherWork, .goesOn, .beginsAnew, .kept: true
    default: false
    }
  }

  /// What changed between two recipes, keys sorted, inputs in their order.
  ///
  /// - Parameter strictly: whether another executable counts although its results are the same.
  package static func differences(
    from old: Recipe, to new: Recipe, strictly: Bool = false
  ) -> [StaleReason] {
    var reasons: [StaleReason] = []
    if old.formatVersion != new.formatVersion {
      reasons.append(.formatVersion(old: old.formatVersion, new: new.formatVersion))
    }
    reasons += differences(from: old.parameters, to: new.parameters)
    for input in new.inputs {
      let before = old.inputs.first { $0.name == input.name }
      if before?.sha256 != input.sha256 {
        reasons.append(.input(name: input.name, old: before?.sha256, new: input.sha256))
      }
    }
    for input in old.inputs where !new.inputs.contains(where: { $0.name == input.name }) {
      reasons.append(.input(name: input.name, old: input.sha256, new: nil))
    }
    let (before, after) = (old.program, new.program)
    if !before.makesTheSame(as: after, strictly: false) {
      reasons.append(
        .resultsVersion(
          program: after.name, old: before.resultsVersion, new: after.resultsVersion))
    } else if !before.makesTheSame(as: after, strictly: strictly) {
      reasons.append(.programChanged(name: after.name))
    }
    return reasons
  }

  /// What changed between two sets of parameters, keys sorted.
  package static func differences(
    from old: [String: JSONValue], to new: [String: JSONValue]
  ) -> [StaleReason] {
    var reasons: [StaleReason] = []
    for key in Set(old.keys).union(new.keys).sorted() {
      switch (old[key], new[key]) {
      case (let before?, let after?) where !before.isSame(as: after):
        reasons.append(.parameter(key: key, old: before, new: after))
      case (nil, let after?): reasons.append(.parameterAdded(key: key, value: after))
      case (let before?, nil): reasons.append(.parameterRemoved(key: key, value: before))
      default: break
      }
    }
    return reasons
  }
}
