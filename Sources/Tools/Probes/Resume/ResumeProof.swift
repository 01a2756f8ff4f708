import Diagnostics
import Foundation
import PipelineConfiguration
import PipelineContract

/// Proves that a training run which is killed again and again ends like one that never was: trains
/// once without a break and once with kills by SIGKILL, and compares what the two have written.
///
/// With changes, the second one begins without them and goes on with them after half of the kills.
package struct ResumeProof {
  /// One kill, as it happened.
  package struct Kill: Sendable {
    package let kind: String
    /// Where the process began, roughly where it was killed, and where the next one began.
    package let from: String
    package let killed: String
    package let kept: String
    package let seconds: Double
    /// Whether it left a half-written checkpoint.
    package let leftUnfinished: Bool
  }

  package struct Outcome: Sendable {
    package let kills: [Kill]
    package let wanted: Int
    package let comparison: ResumeComparison

    /// Whether all kills happened and nothing differs.
    package var isPassed: Bool { kills.count == wanted && comparison.isEqual }
  }

  private let program: URL
  private let options: [String]
  private let changes: [String]
  private let instance: StageInstance
  private let inputs: [StageInstance]
  private let artifacts: ArtifactLayout
  private let steps: (_ stepsPerEpoch: Int) -> Int
  /// Takes sentences about progress.
  private let tell: (String) -> Void

  /// - Parameters:
  ///   - model: a key of `train`.
  ///   - changes: overrides that the second training begins without.
  ///   - artifacts: where `convert/train` and `split` are finished; nothing is written there.
  ///   - programs: the folder of the stage executables.
  /// - Throws: as `Configuration.load`; `usage` where there is no such model.
  package init(
    model: String, configurationFile: URL, overrides: [String], changes: [String] = [],
    artifacts: URL,
    programs: URL, tell: @escaping (String) -> Void
  ) throws {
    let configuration = try Configuration.load(
      file: configurationFile, overrides: overrides + changes)
    instance = StageInstance(.train, model)
    try configuration.check(instance)
    inputs = configuration.dependencies(of: instance)
    self.artifacts = ArtifactLayout(root: artifacts)
    program = programs.appendingPathComponent(instance.stage.executable)
    options =
      ["--instance", model, "--config", configurationFile.path, "--progress", "none"]
      + overrides.flatMap { ["--set", $0] }
    self.changes = changes.flatMap { ["--set", $0] }
    let epochs = configuration.train[model]?.totalEpochs ?? 0
    steps = { $0 * epochs }
    self.tell = tell
  }

  /// - Throws: `badData` where a process ends with an error or never begins to train;
  ///   `inputMissing` where an artifact to read is missing; `busy` where a run holds one.
  package func run(kills count: Int, seed: UInt64) throws -> Outcome {
    // A run that replaces the inputs would change them under the second training.
    let locks = try inputs.map { try ArtifactLock($0, in: artifacts, mode: .shared) }
    defer { locks.forEach { $0.release() } }
    let whole = try TrialFolder(for: instance, reading: inputs, of: artifacts)
    whole.options = changes
    let pace = try trainWithoutBreak(whole)
    tell("without a break: \(Int(pace.steps)) steps, \(text(pace.total)) s")
    let broken = try TrialFolder(for: instance, reading: inputs, of: artifacts)
    var kills: [Kill] = []
    for (number, plan) in KillPlan(count: count, seed: seed).kills.enumerated() {
      if number >= count / 2 { change(broken) }
      var made = try kill(plan, in: broken, pace)
      if made == nil, change(broken) { made = try kill(plan, in: broken, pace) }
      guard let kill = made else { break }
      kills.append(kill)
      tell("kill \(kills.count) of \(count): \(kill.kind), about epoch/step \(kill.killed)")
    }
    if change(broken) || !broken.isPublished { try requireDone(try start(in: broken)) }
    return Outcome(
      kills: linked(kills, broken.beginnings), wanted: count,
      comparison: try ResumeComparison(whole, broken))
  }

  /// How long things take without a break.
  struct Pace {
    let startup: Double
    let total: Double
    let steps: Double
    let stepsPerEpoch: Int

    var secondsPerStep: Double { (total - startup) / max(steps, 1) }
  }

  func start(in trial: TrialFolder) throws -> TrainingRun {
    try TrainingRun(
      program, arguments: options + trial.options + ["--artifacts", trial.layout.root.path],
      in: trial)
  }

  /// Makes the next run of the folder one with the changes.
  ///
  /// - Returns: whether it was one without.
  @discardableResult
  private func change(_ trial: TrialFolder) -> Bool {
    if trial.options == changes { return false }
    trial.options = changes
    trial.keepBeginnings()
    tell("going on with \(changes.filter { $0 != "--set" }.joined(separator: ", "))")
    return true
  }

  private func trainWithoutBreak(_ trial: TrialFolder) throws -> Pace {
    let run = try start(in: trial)
    run.wait(polling: 0.002) { !trial.beginnings.isEmpty }
    let startup = run.seconds
    try requireDone(run)
    guard let stepsPerEpoch = trial.beginnings.first?.stepsPerEpoch else {
      throw failure("The log does not say where the training began", run)
    }
    return Pace(
      startup: startup, total: run.seconds, steps: Double(steps(stepsPerEpoch)),
      stepsPerEpoch: stepsPerEpoch)
  }

  private func requireDone(_ run: TrainingRun) throws {
    let ending = run.wait()
    guard ending == .exit(0) else { throw failure("A process ended with \(ending)", run) }
  }

  func failure(_ what: String, _ run: TrainingRun) -> IchorError {
    IchorError(
      .badData, code: "training-failed", "\(what): \(run.complaints.suffix(500))",
      remedy: "Train it once with “./ichor run \(instance)”.")
  }

  private func text(_ seconds: Double) -> String { String(format: "%.1f", seconds) }
}
