import Foundation
import PipelineContract

/// What there is of unfinished work and of replaced artifacts, beside the artifact itself.
extension StalenessCheck {
  /// How the work in a staging folder relates to what a run would begin.
  enum StagedWork {
    case none
    case ofThisRecipe
    /// What differs.
    case ofAnother([StaleReason])
  }

  /// - Throws: what `reasons` throws.
  func stagedWork(of instance: StageInstance) throws -> StagedWork {
    let history = ArtifactHistory(of: instance, in: pipeline.layout)
    guard let staged = try history.staged else { return .none }
    let inputs = Set(pipeline.configuration.inputs(of: instance).map(\.name))
    let differences = StaleReason.differences(
      from: staged, to: try recipe(toBegin: instance), strictly: pipeline.strictProgram
    ).filter { reason in
      // What an input that is missing will be like is not known.
      if case .input(let name, _, nil) = reason { !inputs.contains(name) } else { true }
    }
    return differences.isEmpty ? .ofThisRecipe : .ofAnother(differences)
  }

  /// `.incomplete` where the next run goes on with earlier work, `.otherWork` where some is in its
  /// way.
  ///
  /// - Throws: what `reasons` throws.
  func unfinishedWork(of instance: StageInstance) throws -> [StaleReason] {
    let history = ArtifactHistory(of: instance, in: pipeline.layout)
    var reasons: [StaleReason] = []
    switch try stagedWork(of: instance) {
    case .ofThisRecipe: return [.incomplete]
    case .none: break
    case .ofAnother(let differences):
      guard try history.stagedIsOfWorth else { break }
      let kept = pipeline.configuration.keep[instance.stage]
      reasons = [
        .otherWork(
          differences: differences,
          isKept: ArtifactHistory.workLimit(kept, of: instance.stage) > 0)
      ]
    }
    return (try workSetAside(of: instance) == nil ? [] : [.incomplete]) + reasons
  }

  /// The folder of the work that the next run goes on with.
  ///
  /// - Throws: what `reasons` throws.
  func workToContinue(of instance: StageInstance) throws -> URL? {
    if case .ofThisRecipe = try stagedWork(of: instance) {
      return pipeline.layout.staging(instance)
    }
    return try workSetAside(of: instance)
  }

  private func workSetAside(of instance: StageInstance) throws -> URL? {
    let aside = try ArtifactHistory(of: instance, in: pipeline.layout).work
    if aside.isEmpty { return nil }
    let now = try recipe(toBegin: instance)
    return aside.first {
      $0.recipe.produces(theSameAs: now, strictly: pipeline.strictProgram)
    }?.folder
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
