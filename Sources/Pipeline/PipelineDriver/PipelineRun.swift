import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract

/// Brings instances up to date, one process after the other.
package struct PipelineRun {
  package struct Options: Sendable {
    /// `STAGE` or `STAGE/INSTANCE`; empty for all.
    package var named: [String] = []
    package var force = false
    /// Go on with what does not depend on a failed instance.
    package var keepGoing = false
    /// How the stages show progress: `auto`, `bar`, `plain` or `none`.
    package var progress = "auto"

    package init(
      named: [String] = [], force: Bool = false, keepGoing: Bool = false, progress: String = "auto"
    ) {
      self.named = named
      self.force = force
      self.keepGoing = keepGoing
      self.progress = progress
    }
  }

  enum Result: Equatable {
    case ran
    case fresh
    case failed(StageProcess.Ending)
    /// Needs an artifact that failed, or that is missing and was not asked for.
    case waits(StageInstance)
    /// The run ended before its turn.
    case notReached
  }

  struct Row {
    let instance: StageInstance
    let result: Result
    let seconds: Double?
  }

  let pipeline: Pipeline
  let options: Options
  let check: StalenessCheck
  /// Takes the lines for standard error.
  let note: (String) -> Void

  package init(_ pipeline: Pipeline, _ options: Options, note: @escaping (String) -> Void) {
    self.pipeline = pipeline
    self.options = options
    self.note = note
    check = StalenessCheck(pipeline)
  }

  /// Runs what is stale; returns the text for standard output and the exit status: 0, or that of
  /// the first stage that failed.
  ///
  /// - Throws: `IchorError`: `.usage` for an unknown name, `.inputMissing` where data from outside
  ///   or an executable is not there, `.internalFault` where a stage can't be started.
  package func perform() throws -> (text: String, status: Int32) {
    try perform(relaying: SignalRelay())
  }

  func perform(relaying relay: SignalRelay) throws -> (text: String, status: Int32) {
    let graph = pipeline.graph
    let selection = try RunSelection(graph, named: options.named)
    let selected = graph.instances.filter(selection.instances.contains)
    try check.checkOutsideData(of: selected)
    var rows: [Row] = []
    var status = ExitStatus.done.rawValue
    for (index, instance) in selected.enumerated() {
      if let signal = relay.received, status == ExitStatus.done.rawValue {
        status = ExitStatus(signal: signal).rawValue
      }
      if relay.received != nil || (status != 0 && !options.keepGoing) {
        rows.append(Row(instance: instance, result: .notReached, seconds: nil))
        continue
      }
      if let obstacle = try obstacle(to: instance, graph: graph, after: rows) {
        rows.append(Row(instance: instance, result: .waits(obstacle), seconds: nil))
        continue
      }
      let isForced = options.force && selection.named.contains(instance)
      let own = try check.reasons(for: instance)
      let reasons = isForced ? own.forced : own
      if reasons.isEmpty {
        rows.append(Row(instance: instance, result: .fresh, seconds: nil))
        continue
      }
      note("[\(index + 1)/\(selected.count)] \(instance): \(StaleReason.summary(reasons))")
      let row = try run(instance, isForced: isForced, relay: relay)
      if case .failed(let ending) = row.result, status == 0 { status = ending.status }
      rows.append(row)
    }
    return (text(for: rows), status)
  }

  /// The dependency without which the instance cannot run.
  private func obstacle(to instance: StageInstance, graph: StageGraph, after rows: [Row]) throws
    -> StageInstance?
  {
    let blocked = rows.filter { row in
      switch row.result {
      case .failed, .waits, .notReached: true
      case .ran, .fresh: false
      }
    }.map(\.instance)
    return try graph.dependencies(of: instance).first { dependency in
      try blocked.contains(dependency)
        || FileStatus.of(pipeline.layout.manifest(dependency)) == nil
    }
  }

  private func run(_ instance: StageInstance, isForced: Bool, relay: SignalRelay) throws -> Row {
    var arguments: [String] = []
    if let name = instance.instance { arguments += ["--instance", name] }
    arguments += ["--config", pipeline.configurationFile.path]
    arguments += ["--artifacts", pipeline.layout.root.path]
    for override in pipeline.overrides { arguments += ["--set", override] }
    arguments += ["--progress", options.progress]
    if isForced { arguments.append("--force") }
    if pipeline.strictProgram { arguments.append("--strict-program") }
    try check.requireProgram(of: instance.stage)
    let start = ContinuousClock.now
    let ending = try StageProcess.run(
      pipeline.program(of: instance.stage), arguments: arguments, relay: relay)
    let (whole, fraction) = (ContinuousClock.now - start).components
    let seconds = Double(whole) + Double(fraction) * 1e-18
    guard ending == .exit(ExitStatus.done.rawValue) else {
      note("\(instance) \(Self.words(for: ending))")
      return Row(instance: instance, result: .failed(ending), seconds: seconds)
    }
    guard try check.manifest(of: instance) != nil else {
      throw IchorError(
        .internalFault, code: "artifact-absent",
        "\(instance.stage.executable) succeeded but published nothing",
        remedy: "Report it with the output above.", at: pipeline.layout.directory(instance).path)
    }
    return Row(instance: instance, result: .ran, seconds: seconds)
  }

  static func words(for ending: StageProcess.Ending) -> String {
    switch ending {
    case .exit(let status) where ExitStatus(rawValue: status)?.keepsWork == true:
      "stopped; its work is kept"
    case .exit(let status): "failed: exit status \(status)"
    case .signal(SIGKILL): "killed (signal 9); was there too little memory?"
    case .signal(let number): "killed by signal \(number)"
    }
  }
}
