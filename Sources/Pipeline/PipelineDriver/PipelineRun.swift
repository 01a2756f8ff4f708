import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract

/// Brings instances up to date, one process after the other, or several side by side.
package struct PipelineRun {
  package struct Options: Sendable {
    /// `STAGE` or `STAGE/INSTANCE`; empty for all.
    package var named: [String] = []
    package var force = false
    /// Go on with what does not depend on a failed instance.
    package var keepGoing = false
    /// How the stages show progress: `auto`, `bar`, `plain` or `none`.
    package var progress = "auto"
    /// The most stages at a time.
    package var jobs = 1
    /// Wait for artifacts that other runs hold.
    package var wait = false
    /// Leave a stage running when the driver is killed or its terminal closes.
    package var detach = false
    /// Begin although there seems to be too little room on the disk.
    package var ignoreRoom = false

    package init() {}
  }

  enum Result: Equatable {
    case ran
    case fresh
    case failed(StageProcess.Ending)
    /// Needs an artifact that failed, or that is missing and was not asked for.
    case waits(StageInstance)
    /// The run ended before its turn.
    case notReached
    /// Goes on without the driver.
    case detached
  }

  struct Row {
    let instance: StageInstance
    let result: Result
    let seconds: Double?
  }

  let pipeline: Pipeline
  let options: Options
  let check: StalenessCheck
  /// Standard error.
  let terminal: Terminal

  package init(_ pipeline: Pipeline, _ options: Options, terminal: Terminal = Terminal()) {
    self.pipeline = pipeline
    self.options = options
    self.terminal = terminal
    check = StalenessCheck(pipeline)
  }

  /// Runs what is stale; returns the text for standard output and the exit status: 0, or that of
  /// the first stage that failed.
  ///
  /// - Throws: `IchorError`: `.usage` for an unknown name, `.inputMissing` where data from outside
  ///   or an executable is not there, `.inputOutput` where there is too little room, `.internalFault`
  ///   where a stage can't be started.
  package func perform() throws -> (text: String, status: Int32) {
    try perform(relaying: SignalRelay(hangsUp: !options.detach))
  }

  /// - Parameter budget: how much instances that run side by side may take together, asked for
  ///   whenever nothing runs.
  func perform(
    relaying relay: SignalRelay, budget: ((_ jobs: Int) -> JobBudget)? = nil
  ) throws -> (text: String, status: Int32) {
    let selection = try RunSelection(pipeline.graph, named: options.named)
    let selected = pipeline.graph.instances.filter(selection.instances.contains)
    try check.checkOutsideData(of: selected)
    let schedule = try RunSchedule(
      self, selected, forced: options.force ? selection.named : [], relay: relay,
      budget: budget ?? { JobBudget(jobs: $0) })
    let (rows, status) = try schedule.perform()
    let replaced = try options.wait ? replacedMeanwhile(rows) : []
    guard status == ExitStatus.done.rawValue, !replaced.isEmpty else {
      return (text(for: rows), status)
    }
    let names = replaced.map(\.description).joined(separator: ", ")
    return (
      "\(text(for: rows))\nAnother run has meanwhile replaced what \(names) depends on or is: run again.",
      ExitStatus.busy.rawValue
    )
  }

  /// What this run has made and is no longer what its configuration asks for: a run that it waited for,
  /// or that waited for it, has another.
  private func replacedMeanwhile(_ rows: [Row]) throws -> [StageInstance] {
    try rows.filter { $0.result == .ran }.map(\.instance)
      .filter { try !check.reasons(for: $0).isEmpty }
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
