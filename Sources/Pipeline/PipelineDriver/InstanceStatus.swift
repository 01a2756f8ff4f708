import Diagnostics
import PipelineContract

/// How an instance's artifact compares with what a run would make now.
package struct InstanceStatus: Sendable {
  package enum State: String, Sendable {
    case fresh
    case stale
    /// Work was interrupted and is kept; there is no artifact.
    case incomplete
    case missing
    /// The last run ended with an error.
    case failed
  }

  package let instance: StageInstance
  package let state: State
  /// Why it is not fresh; empty when it is.
  package let reasons: [StaleReason]
  /// The record of the artifact's run, or of the run that failed.
  package let record: RunRecord?
  package let manifest: Manifest?

  /// An element of `instances` in the JSON of `status` and `plan`.
  var json: [String: JSONValue] {
    let optional = { (text: String?) in text.map { JSONValue.string($0) } ?? .null }
    return [
      "stage": .string(instance.stage.rawValue),
      "instance": optional(instance.instance),
      "status": .string(state.rawValue),
      "reasons": .array(reasons.map { .string($0.description) }),
      "startedAt": optional(record?.startedAt),
      "seconds": record.map { .number($0.seconds) } ?? .null,
      "bytes": manifest.map { .integer($0.outputBytes) } ?? .null,
      "files": manifest.map { .integer($0.outputs.count) } ?? .null,
      "error": state == .failed ? optional(record?.error) : .null,
    ]
  }
}

extension [InstanceStatus] {
  /// `{"instances":[…]}`, as `status --json` prints it.
  package var json: JSONValue { .object(["instances": .array(map { .object($0.json) })]) }

  /// One row per instance, with its reasons.
  package var table: String {
    var table = TextTable(["instance", "status", "made", "took", "size", "why"])
    for status in self {
      let why = StaleReason.summary(status.reasons)
      let error = status.state == .failed ? status.record?.error : nil
      table.add([
        status.instance.description, status.state.rawValue, status.record?.startedAt ?? "",
        status.record.map { Quantity.duration($0.seconds) } ?? "",
        status.manifest.map { Quantity.size($0.outputBytes) } ?? "",
        error ?? why,
      ])
    }
    return table.text
  }
}

extension [StaleReason] {
  /// Adds that upstream is not up to date; where there is no artifact, that would add nothing.
  func joined(byUpstream upstream: [StageInstance]) -> [StaleReason] {
    if contains(.missing) || first == .incomplete { return self }
    return self + upstream.map { .upstreamStale($0) }
  }

  /// As a run with `--force` sees them: it discards unfinished work.
  var forced: [StaleReason] { [.forced] + filter { $0 != .incomplete } }
}
