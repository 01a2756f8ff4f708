import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract

/// Decides which instance of a run starts when, and what becomes of each.
final class RunSchedule {
  private struct Started {
    let need: JobBudget.Need
    let begun: ContinuousClock.Instant

    var seconds: Double { (ContinuousClock.now - begun) / .seconds(1) }
  }

  private let run: PipelineRun
  private let selected: [StageInstance]
  private let forced: Set<StageInstance>
  private let launcher: StageLauncher
  private let relay: SignalRelay
  private let newBudget: (_ jobs: Int) -> JobBudget
  private let display: RunDisplay
  private let ended = EndedStages()

  private var budget: JobBudget
  private var rows: [StageInstance: PipelineRun.Row] = [:]
  private var running: [StageInstance: Started] = [:]
  /// Why each of those runs whose turn has come.
  private var ready: [StageInstance: [StaleReason]] = [:]
  /// Those that another run holds, as last told.
  private var held: [StageInstance: LockConflict] = [:]
  private var status = ExitStatus.done.rawValue
  private var fault: (any Error)?
  private var hasStarted = false

  /// Seconds between two looks at signals and locks and two drawings of the bars.
  private static let pause = 0.25

  /// - Throws: `IchorError(.internalFault)` where there is no pipe to be had.
  init(
    _ run: PipelineRun, _ selected: [StageInstance], forced: Set<StageInstance>,
    relay: SignalRelay, budget: @escaping (_ jobs: Int) -> JobBudget
  ) throws {
    self.run = run
    self.selected = selected
    self.forced = forced
    self.relay = relay
    newBudget = budget
    self.budget = budget(run.options.jobs)
    display = RunDisplay(run.terminal)
    launcher = try StageLauncher(run, relay, display)
  }

  /// - Throws: the first error that was no stage's, once every stage that runs has ended.
  func perform() throws -> (rows: [PipelineRun.Row], status: Int32) {
    while true {
      if mayStart { startWhatCan() }
      if relay.leavesChildren { break }
      if running.isEmpty && !(mayStart && !held.isEmpty) { break }
      draw()
      if let (instance, ending) = ended.next(within: Self.pause) { finish(instance, ending) }
    }
    display.draw([])
    if let fault { throw fault }
    let unfinished = selected.filter { rows[$0] == nil }
    if let signal = relay.received, status == ExitStatus.done.rawValue, !unfinished.isEmpty {
      status = ExitStatus(signal: signal).rawValue
    }
    for instance in unfinished {
      let started = running[instance]
      decide(instance, started == nil ? .notReached : .detached, seconds: started?.seconds)
    }
    return (selected.compactMap { rows[$0] }, status)
  }

  private var mayStart: Bool {
    relay.received == nil && fault == nil
      && (status == ExitStatus.done.rawValue || run.options.keepGoing)
  }

  private func startWhatCan() {
    do {
      try findReady()
      let waiting = selected.filter { ready[$0] != nil }
      if running.isEmpty { budget = newBudget(run.options.jobs) }
      var chosen: [StageInstance] = []
      var needs = running.values.map(\.need)
      for instance in waiting {
        let need = try need(of: instance)
        if !budget.allows(need, beside: needs) { continue }
        chosen.append(instance)
        needs.append(need)
      }
      for instance in chosen { try start(instance, threads: budget.share(of: needs)) }
    } catch {
      fault = error
    }
  }

  /// Looks at the instances whose dependencies are decided, in their order; with one job, until
  /// there is something to run.
  private func findReady() throws {
    let most = run.options.jobs == 1 ? 1 : Int.max
    held = held.filter { rows[$0.key] == nil && ready[$0.key] == nil }
    for instance in selected where rows[instance] == nil && running[instance] == nil {
      if ready.count + running.count >= most { return }
      let dependencies = run.pipeline.graph.dependencies(of: instance)
      if ready[instance] != nil || dependencies.contains(where: isUndecided) { continue }
      if let obstacle = try dependencies.first(where: isObstacle) {
        decide(instance, .waits(obstacle))
        continue
      }
      if isHeld(instance) { continue }
      // What another run is just doing is no interrupted work.
      let isRunning = LockConflict(on: instance, in: run.pipeline.layout, with: .shared) != nil
      let own = try run.check.reasons(for: instance).map {
        isRunning && $0.isUnfinishedWork ? .missing : $0
      }
      let reasons = forced.contains(instance) ? own.forced : own
      if reasons.isEmpty {
        decide(instance, .fresh)
      } else {
        ready[instance] = reasons
      }
    }
  }

  private func isUndecided(_ instance: StageInstance) -> Bool {
    rows[instance] == nil && selected.contains(instance)
  }

  /// Whether nothing that needs the instance can run.
  private func isObstacle(_ instance: StageInstance) throws -> Bool {
    switch rows[instance]?.result {
    case .failed, .waits, .notReached, .detached: return true
    case .ran, .fresh, nil:
      return try FileStatus.of(run.pipeline.layout.manifest(instance)) == nil
    }
  }

  /// Whether another run writes it and this one is to wait: what it leaves may be up to date.
  private func isHeld(_ instance: StageInstance) -> Bool {
    guard run.options.wait,
      let conflict = LockConflict(on: instance, in: run.pipeline.layout, with: .shared)
    else {
      held[instance] = nil
      return false
    }
    if held[instance] != conflict { display.line("waiting. \(conflict)") }
    held[instance] = conflict
    return true
  }

  private func start(_ instance: StageInstance, threads: Int) throws {
    if !hasStarted { try checkRoom() }
    hasStarted = true
    let reasons = ready.removeValue(forKey: instance) ?? []
    let place = (selected.firstIndex(of: instance) ?? 0) + 1
    display.line("[\(place)/\(selected.count)] \(instance): \(StaleReason.summary(reasons))")
    try run.check.requireProgram(of: instance.stage)
    let need = try need(of: instance)
    let process = try launcher.start(
      instance, isForced: forced.contains(instance), threads: threads)
    running[instance] = Started(need: need, begun: .now)
    process.whenEnded { [ended] in ended.add(instance, $0) }
  }

  private func finish(_ instance: StageInstance, _ ending: StageProcess.Ending) {
    let seconds = running.removeValue(forKey: instance)?.seconds
    draw()
    guard ending == .exit(ExitStatus.done.rawValue) else {
      display.line("\(instance) \(PipelineRun.words(for: ending))")
      if status == ExitStatus.done.rawValue { status = ending.status }
      decide(instance, .failed(ending), seconds: seconds)
      return
    }
    decide(instance, .ran, seconds: seconds)
    do {
      guard try run.check.manifest(of: instance) == nil else { return }
      throw IchorError(
        .internalFault, code: "artifact-absent",
        "\(instance.stage.executable) succeeded but published nothing",
        remedy: "Report it with the output above.",
        at: run.pipeline.layout.directory(instance).path)
    } catch {
      fault = fault ?? error
    }
  }

  private func decide(
    _ instance: StageInstance, _ result: PipelineRun.Result, seconds: Double? = nil
  ) {
    rows[instance] = PipelineRun.Row(instance: instance, result: result, seconds: seconds)
  }

  private func need(of instance: StageInstance) throws -> JobBudget.Need {
    let threads = run.pipeline.configuration.compute.threads
    let record = try run.check.record(in: run.pipeline.layout.directory(instance))
    return JobBudget.Need(
      threads: instance.stage.dependsOnThreads ? threads : nil, memory: record?.peakRSSBytes)
  }

  private func checkRoom() throws {
    let plan = try RunPlan(run.pipeline, named: run.options.named, force: run.options.force)
    let room = RoomEstimate(plan, in: run.pipeline, jobs: run.options.jobs)
    for line in room.lines { display.line(line) }
    if !run.options.ignoreRoom { try room.check() }
  }

  private func draw() {
    guard launcher.drawsBars else { return }
    let stages = selected.compactMap { instance in
      running[instance].map { started in
        let staging = run.pipeline.layout.staging(instance)
        return (instance, started.seconds, ProgressReading(in: staging))
      }
    }
    display.draw(stages)
  }
}
