import Diagnostics
import DurableFiles
import Foundation
import OperatingSystem

/// The steps by which what is finished in the staging folder takes the artifact's place.
///
/// After each of them there is the old artifact or the new one, and neither is lost: what a kill
/// leaves in the staging folder has a manifest, and the next run takes it for what it is.
struct ArtifactReplacement {
  enum Step: CaseIterable, Sendable {
    /// The new artifact is in its place, the old one in the staging folder.
    case exchange
    /// The old one is in the history.
    case keep
    /// The history holds no more than it may.
    case prune
  }

  let history: ArtifactHistory
  /// How many replaced artifacts are kept.
  let limit: Int

  private var staging: URL { history.layout.staging(history.instance) }
  private var final: URL { history.layout.directory(history.instance) }

  /// - Returns: what there is to say about it.
  /// - Throws: `IchorError` or `SystemCallError` where the system refuses.
  func perform(_ step: Step) throws -> [String] {
    switch step {
    case .exchange:
      return try exchange()
    case .keep:
      guard FileStatus(at: staging.path) != nil else { return [] }
      return try history.take(staging, limit: limit).map { [kept($0)] } ?? []
    case .prune:
      return try history.prune(limit: limit)
    }
  }

  private func exchange() throws -> [String] {
    let parent = final.deletingLastPathComponent()
    var said: [String] = []
    if FileStatus(at: final.path, followsLinks: false) != nil {
      if DurableFile.exchange(staging, final) {
        try DurableFile.flush(parent)
        return []
      }
      // Without an exchange in one step there is, for a moment, no artifact; never half of one.
      said = try history.take(final, limit: limit).map { [kept($0)] } ?? []
    }
    try DurableFile.rename(staging, to: final)
    try DurableFile.flush(parent)
    return said
  }

  private func kept(_ id: String) -> String {
    "the replaced artifact is kept as \(history.instance)@\(id)"
  }
}
