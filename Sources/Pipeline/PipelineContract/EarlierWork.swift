import Foundation

/// How a stage goes on from what was made by another recipe.
package struct Continuation: Hashable, Sendable {
  /// From where, such as `epoch 31`.
  package let from: String
  /// What differs between the recipes.
  package let differences: [StaleReason]

  package init(from: String, differences: [StaleReason]) {
    self.from = from
    self.differences = differences
  }
}

/// What a run goes on with.
package enum EarlierWork: Sendable {
  /// That of the staging folder; with a continuation where another recipe has begun it.
  case staged(Continuation?)
  /// Unfinished work that was set aside.
  case aside(ArtifactHistory.Work, Continuation?)
  /// The finished artifact, which is made longer.
  case artifact(ArtifactHistory.Kept, Continuation)

  package var continuation: Continuation? {
    switch self {
    case .staged(let continuation), .aside(_, let continuation): continuation
    case .artifact(_, let continuation): continuation
    }
  }
}

extension ArtifactHistory {
  /// How a stage goes on from what another recipe has made in a folder; `nil` where it can't.
  package typealias ContinuationRule =
    (_ made: Recipe, _ folder: URL, _ isFinished: Bool) throws -> Continuation?

  /// Chooses what a run goes on with: work of its own recipe before that of another, and unfinished
  /// work before a finished artifact.
  ///
  /// - Parameters:
  ///   - isSame: whether a recipe is the run's.
  ///   - continues: for any other.
  /// - Throws: what the parameters throw; `IchorError` where the system cannot read it.
  package func earlierWork(
    isSame: (Recipe) throws -> Bool, continues: ContinuationRule
  ) throws -> EarlierWork? {
    let (staged, aside) = (try staged, try work)
    if let staged, try isSame(staged) { return .staged(nil) }
    if let same = try aside.first(where: { try isSame($0.recipe) }) { return .aside(same, nil) }
    if let staged, try stagedIsOfWorth,
      let continuation = try continues(staged, layout.staging(instance), try stagedWork == nil)
    {
      return .staged(continuation)
    }
    for work in aside {
      if let continuation = try continues(work.recipe, work.folder, false) {
        return .aside(work, continuation)
      }
    }
    // Whoever makes the same artifact again means to make it, and not to copy it.
    guard let current = try current, try !isSame(Recipe(of: current.manifest)) else { return nil }
    return try continues(Recipe(of: current.manifest), current.folder, true)
      .map { .artifact(current, $0) }
  }
}
