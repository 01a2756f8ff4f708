import Diagnostics
import Foundation

/// What the runs, and those that were killed, have left on the disk.
extension ArtifactLayout {
  /// What a folder is called while it is being removed.
  static let removed = ".removed-"
  /// Where an artifact was while another took its place, in versions before.
  private static let old = ".old"

  /// The instances of a stage that have left anything, whether or not a configuration has them.
  ///
  /// - Throws: `IchorError` where a folder cannot be listed.
  package func instancesOnDisk(of stage: Stage) throws -> Set<StageInstance> {
    guard stage.hasInstances else { return [StageInstance(stage)] }
    let places = [directory(StageInstance(stage)), history(StageInstance(stage))]
    let names = try places.flatMap { try Self.names(in: $0) }.map {
      Self.instanceName(in: $0) ?? $0
    }
    return Set(names.filter(StageInstance.isName).map { StageInstance(stage, $0) })
  }

  /// Folders that a run or `clean` was removing when it was killed: nothing in them is needed. Those
  /// that a living process is removing are not among them.
  ///
  /// - Throws: `IchorError` where a folder cannot be listed.
  package func leftovers(of instance: StageInstance) throws -> [URL] {
    let final = directory(instance)
    let beside = final.deletingLastPathComponent()
    let own = try Self.names(in: beside).filter {
      Self.isLeftover($0) && Self.instanceName(in: $0) == final.lastPathComponent
    }
    let history = history(instance)
    let kept = try Self.names(in: history).filter(Self.isLeftover)
    // That of a whole history lies beside it.
    let whole = history.deletingLastPathComponent()
    let histories = try Self.names(in: whole).filter {
      Self.isLeftover($0) && Self.instanceName(in: $0) == history.lastPathComponent
    }
    return own.sorted().map { beside.appendingPathComponent($0) }
      + kept.sorted().map { history.appendingPathComponent($0) }
      + histories.sorted().map { whole.appendingPathComponent($0) }
  }

  /// Whether a folder's name says that it is being removed, or was.
  static func isDoomed(_ name: String) -> Bool {
    name.hasPrefix(".") && (name.contains(removed) || name.hasSuffix(old))
  }

  private static func isLeftover(_ name: String) -> Bool {
    guard isDoomed(name) else { return false }
    guard let range = name.range(of: removed), let process = pid_t(name[range.upperBound...]) else {
      return true
    }
    return process != getpid() && kill(process, 0) != 0 && errno == ESRCH
  }

  /// The artifact's name in `.NAME.partial`, `.NAME.old`, `.NAME.removed-PID` or
  /// `..NAME.partial.removed-PID`; `nil` in any other.
  private static func instanceName(in name: String) -> String? {
    guard name.hasPrefix(".") else { return nil }
    var rest = name.drop { $0 == "." }
    if let range = rest.range(of: removed) { rest = rest[..<range.lowerBound] }
    let suffix = [unfinished, old].first { rest.hasSuffix($0) } ?? ""
    rest = rest.dropLast(suffix.count)
    return rest.isEmpty ? nil : String(rest)
  }

  /// What a folder holds; nothing where it is not there.
  static func names(in folder: URL) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      if SystemErrors.isAbsence(error) { return [] }
      throw IchorError(reading: folder.path, error)
    }
  }
}

extension SystemErrors {
  /// Whether the error says that there is nothing at the path.
  static func isAbsence(_ error: any Error) -> Bool {
    [ENOENT, ENOTDIR].contains(number(of: error))
  }
}
