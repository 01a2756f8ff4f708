/// Why an artifact is not what a run would make now; printed by `plan` and `status`.
package enum StaleReason: Hashable, Sendable {
  case missing
  /// There is unfinished work in the staging folder and no artifact.
  case incomplete
  case manifestUnreadable
  case formatVersion(old: Int, new: Int)
  case parameter(key: String, old: JSONValue, new: JSONValue)
  case parameterAdded(key: String, value: JSONValue)
  case parameterRemoved(key: String, value: JSONValue)
  /// Hashes; `nil` where the input was or is none.
  case input(name: String, old: String?, new: String?)
  case outputMissing(path: String)
  case outputChanged(path: String, old: Int, new: Int)
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
  /// What changed between two recipes, keys sorted, inputs in their order.
  package static func differences(from old: Recipe, to new: Recipe) -> [StaleReason] {
    var reasons: [StaleReason] = []
    if old.formatVersion != new.formatVersion {
      reasons.append(.formatVersion(old: old.formatVersion, new: new.formatVersion))
    }
    for key in Set(old.parameters.keys).union(new.parameters.keys).sorted() {
      switch (old.parameters[key], new.parameters[key]) {
      case (let before?, let after?) where !before.isSame(as: after):
        reasons.append(.parameter(key: key, old: before, new: after))
      case (nil, let after?): reasons.append(.parameterAdded(key: key, value: after))
      case (let before?, nil): reasons.append(.parameterRemoved(key: key, value: before))
      default: break
      }
    }
    for input in new.inputs {
      let before = old.inputs.first { $0.name == input.name }
      if before?.sha256 != input.sha256 {
        reasons.append(.input(name: input.name, old: before?.sha256, new: input.sha256))
      }
    }
    for input in old.inputs where !new.inputs.contains(where: { $0.name == input.name }) {
      reasons.append(.input(name: input.name, old: input.sha256, new: nil))
    }
    if old.program != new.program { reasons.append(.programChanged(name: new.program.name)) }
    return reasons
  }
}
