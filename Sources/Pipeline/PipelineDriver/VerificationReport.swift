import Diagnostics
import PipelineContract

/// What verifying artifacts has found.
package struct VerificationReport: Sendable {
  /// A file that is not what its manifest says.
  package struct Damage: Sendable, Equatable {
    /// Relative to the artifact's folder.
    package let path: String
    /// What follows the path in a sentence.
    package let reason: String
    /// Whether the system failed at reading it, rather than that it reads differently.
    package let isUnreadable: Bool
  }

  package struct Artifact: Sendable {
    package let instance: StageInstance
    /// Those that the manifest lists.
    package let files: Int
    package let bytes: Int
    package let state: State
  }

  package enum State: Sendable, Equatable {
    case whole
    case damaged([Damage])
    /// A run writes it.
    case busy

    fileprivate var word: String {
      switch self {
      case .whole: "whole"
      case .damaged: "damaged"
      case .busy: "busy"
      }
    }
  }

  package let artifacts: [Artifact]

  /// The damaged artifacts, and what is wrong with each.
  package var damaged: [(artifact: Artifact, damages: [Damage])] {
    artifacts.compactMap { artifact in
      if case .damaged(let damages) = artifact.state { (artifact, damages) } else { nil }
    }
  }

  /// 65 where something differs, 74 where something can't be read, 75 where something is left out, 0
  /// where everything is as it was written.
  package var status: ExitStatus {
    let damages = damaged.flatMap(\.damages)
    if damages.contains(where: { !$0.isUnreadable }) { return .badData }
    if !damages.isEmpty { return .inputOutput }
    return artifacts.contains { $0.state == .busy } ? .busy : .done
  }

  /// A line for each damaged file, and a sum.
  package var text: String {
    if artifacts.isEmpty { return "There is no artifact to verify." }
    var lines = damaged.flatMap { artifact, damages in
      damages.map { "\(artifact.instance): \($0.path) \($0.reason)" }
    }
    let busy = artifacts.filter { $0.state == .busy }
    lines += busy.map { "\($0.instance): not verified, as a run writes it" }
    let read = artifacts.count - busy.count
    let bytes = artifacts.reduce(0) { $0 &+ $1.bytes }
    let sum =
      "\(Quantity.count(read, "artifact")), "
      + "\(Quantity.count(artifacts.reduce(0) { $0 + $1.files }, "file")), \(Quantity.size(bytes))"
    if damaged.isEmpty {
      lines.append("Verified \(sum): all as written.")
    } else {
      let isBroken = { (damages: [Damage]) in damages.contains { !$0.isUnreadable } }
      let broken = damaged.filter { isBroken($0.damages) }
      let unreadable = damaged.filter { !isBroken($0.damages) }
      let parts = [
        (broken, "damaged"), (unreadable, "not to be read"),
      ].filter { !$0.0.isEmpty }.map { artifacts, word in
        artifacts.map { "\($0.artifact.instance)" }.joined(separator: ", ")
          + " \(artifacts.count == 1 ? "is" : "are") \(word)"
      }
      lines.append("Verified \(sum): \(parts.joined(separator: "; ")).")
    }
    return lines.joined(separator: "\n")
  }

  /// `{"artifacts":[…]}`, as `verify --json` prints it.
  package var json: JSONValue {
    let elements = artifacts.map { artifact in
      var damages: [JSONValue] = []
      if case .damaged(let found) = artifact.state {
        damages = found.map { .object(["path": .string($0.path), "reason": .string($0.reason)]) }
      }
      return JSONValue.object([
        "stage": .string(artifact.instance.stage.rawValue),
        "instance": artifact.instance.instance.map { .string($0) } ?? .null,
        "state": .string(artifact.state.word), "files": .integer(artifact.files),
        "bytes": .integer(artifact.bytes), "damaged": .array(damages),
      ])
    }
    return .object(["artifacts": .array(elements)])
  }
}
