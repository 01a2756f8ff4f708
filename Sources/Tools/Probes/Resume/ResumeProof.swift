import Diagnostics
import Foundation
import PipelineConfiguration
import PipelineContract

/// Proves that a training which is killed again and again ends as the one that never was: trains
/// once without a break and once with kills by SIGKILL, and compares what the two have written.
package struct ResumeProof {
  /// One kill, as it came.
  package struct Kill: Sendable {
    package let kind: String
    /// Where the process began, where about it was killed, and where the next one began.
    package let from: String
    package let killed: String
    package let kept: String
    package let seconds: Double
    /// Whether it left a checkpoint half written.
    package let leftUnfinished: Bool
    package let ending: String
  }

  package struct Outcome: Sendable {
    package let kills: [Kill]
    package let wanted: Int
    package let comparison: ResumeComparison

    /// All kills came, and nothing differs.
    package var isPassed: Bool { kills.count == wanted && comparison.isEqual }
  }

  private let program: URL
  private let options: [String]
  private let instance: StageInstance
  private let inputs: [StageInstance]
  private let artifacts: ArtifactLayout
  private let steps: (_ stepsPerEpoch: Int) -> Int
  /// Takes sentences about how far it is.
  private let tell: (String) -> Void

  /// - Parameters:
  ///   - model: a key of `train`.
  ///   - artifacts: where `convert/train` and `split` are finished; nothing is written there.
  ///   - programs: the folder of the stage executables.
  /// - Throws: as `Configuration.load`; `usage` where there is no such model.
  package init(
    model: String, configurationFile: URL, overrides: [String], artifacts: URL, programs: URL,
    tell: @escaping (String) -> Void
  ) throws {
    let configuration = try Configuration.load(
      file: configurationFile, overrides: overrides)
    instance = StageInstance(.train, model)
    try configuration.check(instance)
    inputs = configuration.dependencies(of: instance)
    self.artifacts = ArtifactLayout(root: artifacts)
    program = programs.appendingPathComponent(instance.stage.executable)
    options =
      ["--instance", model, "--config", configurationFile.path, "--progress", "none"]
      + overrides.flatMap { ["--set", $0] }
    let epochs = configuration.train[model]?.totalEpochs ?? 0
    steps = { $0 * epochs }
    self.tell = tell
  }

  /// - Throws: `badData` where a process ends with an error, or never begins to train.
  package func run(kills count: Int, seed: UInt64) throws -> Outcome {
    // A run that replaces the inputs would change them under the second training.
    let locks = try inputs.map { try ArtifactLock($0, in: artifacts, mode: .shared) }
    defer { locks.forEach { $0.release() } }
    let whole = try TrialFolder(for: instance, reading: inputs, of: artifacts)
    let pace = try trainWithoutBreak(whole)
    tell("without a break: \(Int(pace.steps)) steps, \(text(pace.total)) s")
    let broken = try TrialFolder(for: instance, reading: inputs, of: artifacts)
    var kills: [Kill] = []
    for plan in KillPlan(count: count, seed: seed).kills {
      guard let kill = try kill(plan, in: broken, pace) else { break }
      kills.append(kill)
      tell("kill \(kills.count) of \(count): \(kill.kind), about epoch/step \(kill.killed)")
    }
    if !broken.isPublished { try requireDone(try start(in: broken)) }
    return Outcome(
      kills: linked(kills, broken.beginnings), wanted: count,
      comparison: try ResumeComparison(whole, broken))
  }

  /// How long things take in a training without a break.
  private struct Pace {
    let startup: Double
    let total: Double
    let steps: Double
    let stepsPerEpoch: Int

    var secondsPerStep: Double { (total - startup) / max(steps, 1) }
  }

  private func start(in trial: TrialFolder) throws -> TrainingRun {
    try TrainingRun(
      program, arguments: options + ["--artifacts", trial.layout.root.path], in: trial)
  }

  private func trainWithoutBreak(_ trial: TrialFolder) throws -> Pace {
    let run = try start(in: trial)
    run.wait(polling: 0.002) { !trial.beginnings.isEmpty }
    let startup = run.seconds
    try requireDone(run)
    guard let stepsPerEpoch = trial.beginnings.first?.stepsPerEpoch else {
      throw failure("the log does not say where the training began", run)
    }
    return Pace(
      startup: startup, total: run.seconds, steps: Double(steps(stepsPerEpoch)),
      stepsPerEpoch: stepsPerEpoch)
  }

  /// `nil` where the training was done before its moment came.
  private func kill(_ plan: KillPlan.Kill, in trial: TrialFolder, _ pace: Pace) throws -> Kill? {
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
    case let ending: throw failure("a process ended with \(ending)", run)
    }
    let beginnings = trial.beginnings
    let from = beginnings.count > before ? beginnings.last : nil
    let last = Int(pace.steps)
    let killed = from.map {
      TrainingPosition(
        overall: min($0.overall + Int(trained / pace.secondsPerStep), last),
        stepsPerEpoch: pace.stepsPerEpoch)
    }
    return Kill(
      kind: plan.kind.rawValue, from: from.map { "\($0)" } ?? "",
      killed: killed.map { "\($0)" } ?? "start", kept: "", seconds: seconds,
      leftUnfinished: !trial.unfinishedCheckpoints.subtracting(unfinishedBefore).isEmpty,
      ending: "SIGKILL")
  }

  private func waitForMoment(
    _ plan: KillPlan.Kill, _ run: TrainingRun, _ trial: TrialFolder, _ pace: Pace,
    _ unfinishedBefore: Set<String>
  ) {
    let from = trial.beginnings.last?.overall ?? 0
    // A little less than it takes, so that a machine that is faster now does not finish first.
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

  /// With the place where each killed training went on.
  private func linked(_ kills: [Kill], _ beginnings: [TrainingPosition]) -> [Kill] {
    var next = 0
    return kills.map { kill in
      if !kill.from.isEmpty { next += 1 }
      return Kill(
        kind: kill.kind, from: kill.from, killed: kill.killed,
        kept: next < beginnings.count ? "\(beginnings[next])" : "done", seconds: kill.seconds,
        leftUnfinished: kill.leftUnfinished, ending: kill.ending)
    }
  }

  private func requireDone(_ run: TrainingRun) throws {
    let ending = run.wait()
    guard ending == .exit(0) else { throw failure("a process ended with \(ending)", run) }
  }

  private func failure(_ what: String, _ run: TrainingRun) -> IchorError {
    IchorError(
      .badData, code: "training-failed", "\(what): \(run.complaints.suffix(500))",
      remedy: "Train it once with “./ichor run \(instance)”")
  }

  private func text(_ seconds: Double) -> String { String(format: "%.1f", seconds) }
}
