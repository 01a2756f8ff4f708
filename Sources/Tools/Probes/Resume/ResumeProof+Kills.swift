import Foundation
import PipelineContract

extension ResumeProof {
  /// Carries out one kill; `nil` where the training was done before its moment came.
  func kill(_ plan: KillPlan.Kill, in trial: TrialFolder, _ pace: Pace) throws -> Kill? {
    let before = trial.beginnings.count
    let unfinishedBefore = trial.unfinishedCheckpoints
    let run = try start(in: trial)
    var begun = 0.0
    if plan.kind == .start {
      run.wait(atMost: plan.chance * pace.startup)
    } else {
      run.wait(polling: 0.002) { trial.beginnings.count > before }
      begun = run.seconds
      waitForMoment(plan, run, trial, pace, unfinishedBefore)
    }
    let trained = plan.kind == .start ? 0 : run.seconds - begun
    run.kill()
    let seconds = run.seconds
    switch run.wait() {
    case .signal(SIGKILL): break
    case .exit(0): return nil
    case let ending: throw failure("A process ended with \(ending)", run)
    }
    let beginnings = trial.beginnings
    let from = beginnings.count > before ? beginnings.last : nil
    let last = Int(pace.steps)
    let killed = from.map {
      StepPosition(
        overall: min($0.overall + Int(trained / pace.secondsPerStep), last),
        stepsPerEpoch: pace.stepsPerEpoch)
    }
    return Kill(
      kind: plan.kind.rawValue, from: from.map { "\($0)" } ?? "",
      killed: killed.map { "\($0)" } ?? "start", kept: "", seconds: seconds,
      leftUnfinished: !trial.unfinishedCheckpoints.subtracting(unfinishedBefore).isEmpty)
  }

  private func waitForMoment(
    _ plan: KillPlan.Kill, _ run: TrainingRun, _ trial: TrialFolder, _ pace: Pace,
    _ unfinishedBefore: Set<String>
  ) {
    let from = trial.beginnings.last?.overall ?? 0
    // A little less than needed, so that a machine that is faster now does not finish first.
    let wait = 0.9 * (plan.share * pace.steps - Double(from)) * pace.secondsPerStep
    run.wait(atMost: max(wait, plan.chance * pace.secondsPerStep))
    if plan.kind == .checkpoint {
      // There may be none left to write: the wait ends with the process then.
      run.wait(polling: 0.0001) {
        !trial.unfinishedCheckpoints.isSubset(of: unfinishedBefore)
      }
      run.wait(atMost: plan.chance * 0.01, polling: 0.0001)
    }
  }

  /// Adds to each kill the place where training went on.
  func linked(_ kills: [Kill], _ beginnings: [StepPosition]) -> [Kill] {
    var next = 0
    return kills.map { kill in
      if !kill.from.isEmpty { next += 1 }
      return Kill(
        kind: kill.kind, from: kill.from, killed: kill.killed,
        kept: next < beginnings.count ? "\(beginnings[next])" : "done", seconds: kill.seconds,
        leftUnfinished: kill.leftUnfinished)
    }
  }
}
