import ArtifactTables
import Foundation
import PipelineConfiguration
import PipelineContract

/// What there is of unfinished work and of replaced artifacts, beside the artifact itself.
extension StalenessCheck {
  /// What a run would go on with; `nil` where it would begin anew.
  ///
  /// - Throws: what `reasons` throws.
  func earlierWork(of instance: StageInstance) throws -> EarlierWork? {
    let begun = try recipe(toBegin: instance)
    return try ArtifactHistory(of: instance, in: pipeline.layout).earlierWork(
      isSame: { try differences(from: $0, to: begun).isEmpty },
      continues: { made, folder, isFinished in
        try continuation(of: made, in: folder, isFinished: isFinished, instance)?.continuation
      })
  }

  /// Whether a run of the instance goes on from what another recipe has made; `nil` where its stage
  /// never does.
  func continuation(
    of made: Recipe, in folder: URL, isFinished: Bool, _ instance: StageInstance
  ) throws -> TrainingContinuation.Verdict? {
    guard instance.stage == .train, let name = instance.instance else { return nil }
    let epochs = TrainingHistory.finishedEpochs(in: folder)
    return TrainingContinuation(of: name, strictly: pipeline.strictProgram).verdict(
      from: made, to: try isFinished ? recipe(for: instance) : recipe(toBegin: instance),
      reach: .init(finishedEpochs: epochs, isDone: isFinished))
  }

  /// What of unfinished work differs from what a run would begin.
  private func differences(from work: Recipe, to begun: Recipe) throws -> [StaleReason] {
    let inputs = Set(pipeline.configuration.inputs(of: begun.instance).map(\.name))
    return StaleReason.differences(from: work, to: begun, strictly: pipeline.strictProgram)
      .filter { reason in
        // What an input that is missing will be like is not known.
        if case .input(let name, _, nil) = reason { !inputs.contains(name) } else { true }
      }
  }

  /// Whether the work in the staging folder is of another recipe that a run does not go on with.
  ///
  /// - Throws: what `reasons` throws.
  func stagedIsOfAnother(_ instance: StageInstance) throws -> Bool {
    if case .staged = try earlierWork(of: instance) { return false }
    return try ArtifactHistory(of: instance, in: pipeline.layout).staged != nil
  }

  /// `.incomplete` or `.goesOn` where the next run goes on with earlier work, `.otherWork` where some
  /// is in its way, `.beginsAnew` where only the number of epochs keeps it from going on.
  ///
  /// - Throws: what `reasons` throws.
  func unfinishedWork(of instance: StageInstance) throws -> [StaleReason] {
    let history = ArtifactHistory(of: instance, in: pipeline.layout)
    var reasons: [StaleReason] = []
    let earlier = try earlierWork(of: instance)
    switch earlier {
    case .staged(nil), .aside(_, nil): reasons = [.incomplete]
    case .staged(let continuation?), .aside(_, let continuation?):
      reasons = [.goesOn(continuation)]
    case .artifact(_, let continuation):
      // What differs stands among the reasons of the artifact.
      reasons = [.goesOn(Continuation(from: continuation.from, differences: []))]
    case nil: reasons = try beginsAnew(instance)
    }
    if case .staged = earlier { return reasons }
    if let staged = try history.staged, try history.stagedIsOfWorth {
      let kept = pipeline.configuration.keep[instance.stage]
      reasons.append(
        .otherWork(
          differences: try differences(from: staged, to: recipe(toBegin: instance)),
          isKept: ArtifactHistory.workLimit(kept, of: instance.stage) > 0))
    }
    return reasons
  }

  private func beginsAnew(_ instance: StageInstance) throws -> [StaleReason] {
    let history = ArtifactHistory(of: instance, in: pipeline.layout)
    var verdict: TrainingContinuation.Verdict?
    if let staged = try history.stagedWork, try history.stagedIsOfWorth {
      verdict = try continuation(
        of: staged.recipe, in: staged.folder, isFinished: false, instance)
    } else if let current = try history.current {
      verdict = try continuation(
        of: Recipe(of: current.manifest), in: current.folder, isFinished: true, instance)
    }
    guard case .beginsAnew(let note?) = verdict else { return [] }
    return [.beginsAnew(note)]
  }

  /// The folder of the work that the next run goes on with.
  ///
  /// - Throws: what `reasons` throws.
  func workToContinue(of instance: StageInstance) throws -> URL? {
    switch try earlierWork(of: instance) {
    case .staged: pipeline.layout.staging(instance)
    case .aside(let work, _): work.folder
    case .artifact(let artifact, _): artifact.folder
    case nil: nil
    }
  }

  /// The replaced artifact that a run would make again, if it is kept.
  ///
  /// - Throws: what `reasons` throws.
  func keptArtifact(of instance: StageInstance) throws -> [StaleReason] {
    let kept = try ArtifactHistory(of: instance, in: pipeline.layout).kept
    // Without any, data from outside need not be hashed.
    if kept.isEmpty { return [] }
    let now = try recipe(for: instance)
    let same = kept.first {
      Recipe(of: $0.manifest).produces(theSameAs: now, strictly: pipeline.strictProgram)
    }
    return same.map { [.kept("\(instance)@\($0.id)")] } ?? []
  }

  /// As a stage describes its work while it does it: data from outside by stamps.
  private func recipe(toBegin instance: StageInstance) throws -> Recipe {
    Recipe(
      instance, parameters: try pipeline.configuration.parameters(for: instance),
      inputs: try pipeline.configuration.inputs(of: instance).compactMap { source in
        switch source {
        case .artifact: try input(from: source)
        case .outside: (try? resolver.get().stamp([source]))?.first
        }
      },
      program: try program(of: instance.stage))
  }
}
