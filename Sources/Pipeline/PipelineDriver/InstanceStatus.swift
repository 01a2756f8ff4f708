import Diagnostics
import PipelineContract

/// How an instance's artifact compares with what a run would make now.
package struct InstanceStatus: Sendable {
  package enum State: String, CaseIterable, Sendable {
    case fresh
    case stale
    /// Work was interrupted and is kept; there is no artifact.
    case incomplete
    case missing
    /// The last run ended with an error.
    case failed
    /// A run is making it now.
    case running
  }

  /// The run that is making it.
  package struct Run: Sendable {
    /// `nil` for the moment in which a run begins.
    package let holder: LockHolder?
    /// How far it has come; `nil` before it says so.
    package let progress: ProgressReading?
  }

  package let instance: StageInstance
  package let state: State
  /// Why it is not fresh; empty when it is.
  package let reasons: [StaleReason]
  /// The record of the artifact's run, or of the run that failed.
  package let record: RunRecord?
  package let manifest: Manifest?
  /// `nil` where none is making it.
  package let run: Run?

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
      "host": optional(run?.holder?.host),
      "pid": run?.holder.map { .integer(Int($0.pid)) } ?? .null,
      "since": optional(run?.holder?.since),
      "progress": run?.progress.flatMap { try? JSONValue(encoding: $0) } ?? .null,
    ]
  }

  /// The words of the last column.
  fileprivate var why: String {
    if let run {
      return [run.holder?.text, run.progress?.text].compactMap { $0 }
        .joined(separator: ": ")
    }
    return (state == .failed ? record?.error : nil) ?? StaleReason.summary(reasons)
  }
}

extension [InstanceStatus] {
  /// `{"instances":[…]}`, as `status --json` prints it.
  package var json: JSONValue { .object(["instances": .array(map { .object($0.json) })]) }

  /// One row per instance, with its reasons.
  package var table: String {
    var table = TextTable(["instance", "status", "made", "took", "size", "why"])
    for status in self {
      table.add([
        status.instance.description, status.state.rawValue, status.record?.startedAt ?? "",
        status.record.map { Quantity.duration($0.seconds) } ?? "",
        status.manifest.map { Quantity.size($0.outputBytes) } ?? "",
        status.why,
      ])
    }
    return table.text
  }
}

extension [StaleReason] {
  /// Adds that upstream is not up to date; where there is no artifact, that would add nothing.
  func joined(byUpstream upstream: [StageInstance]) -> [StaleReason] {
    if contains(.missing) || first?.isUnfinishedWork == true { return self }
    return self + upstream.map { .upstreamStale($0) }
  }

  /// What a run has begun is no interrupted work.
  func whileRunning(hasArtifact: Bool) -> [StaleReason] {
    compactMap { reason in
      switch reason {
      case .incomplete: hasArtifact ? nil : .missing
      case .goesOn: hasArtifact ? nil : .missing
      case .otherWork, .beginsAnew: nil
      default: reason
      }
    }
  }

  /// As a run with `--force` sees them: it discards unfinished work.
  var forced: [StaleReason] { [.forced] + filter { !$0.isUnfinishedWork } }
}
