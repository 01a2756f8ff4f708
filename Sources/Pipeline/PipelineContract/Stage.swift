import Diagnostics

/// The stages of the pipeline, in the order in which data flows through them.
///
/// The raw value is the key in `pipeline.yaml`, the folder under `stages/` and under the artifacts,
/// and the tail of the executable's name.
package enum Stage: String, CaseIterable, Codable, Sendable {
  case phantom
  case convert
  case split
  case train
  case predict
  case merge
  case report

  /// The name of the stage's executable.
  package var executable: String { "ichor-\(rawValue)" }

  /// Whether the stage runs once per collection or model.
  package var hasInstances: Bool {
    switch self {
    case .convert, .train, .predict: true
    case .phantom, .split, .merge, .report: false
    }
  }

  /// Whether the artifact's bytes depend on how many threads share the work, as sums of numbers with
  /// a floating point do.
  package var dependsOnThreads: Bool {
    switch self {
    case .train, .predict: true
    case .phantom, .convert, .split, .merge, .report: false
    }
  }
}

/// A stage applied to one collection or model, written `train/resnet50`; or, where the stage has no
/// instances, the stage itself.
package struct StageInstance: Hashable, Sendable {
  package let stage: Stage
  package let instance: String?

  package init(_ stage: Stage, _ instance: String? = nil) {
    self.stage = stage
    self.instance = instance
  }

  package init(_ stage: Stage, _ collection: SliceCollection) {
    self.init(stage, collection.rawValue)
  }

  /// Parses `STAGE` or `STAGE/INSTANCE`.
  ///
  /// - Throws: `IchorError(.usage)` where the stage is unknown or the name could not be a folder's.
  package init(parsing text: String) throws {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let stage = Self.stage(namedIn: text) else {
      let names = Stage.allCases.map(\.rawValue)
      throw IchorError(
        .usage, code: "stage-unknown", "There is no stage “\(text)”",
        remedy: "Use one of \(NearestName.sorted(names, by: text).joined(separator: ", ")).")
    }
    let instance = parts.count == 2 ? String(parts[1]) : nil
    if let instance, !Self.isName(instance) {
      throw IchorError(
        .usage, code: "instance-name", "“\(text)” does not name an instance",
        remedy: "Write STAGE or STAGE/INSTANCE, with letters, digits, “_”, “-” and “.” only.")
    }
    if let instance, !stage.hasInstances {
      throw IchorError(
        .usage, code: "instance-unexpected",
        "The stage \(stage.rawValue) has no instances, so there is no “\(instance)”",
        remedy: "Write \(stage.rawValue).")
    }
    self.init(stage, instance)
  }

  /// The stage of `STAGE` or `STAGE/INSTANCE`; `nil` where there is no such stage.
  package static func stage(namedIn text: String) -> Stage? {
    Stage(rawValue: String(text.prefix { $0 != "/" }))
  }

  /// Whether `name` can be an instance: letters, digits, `_`, `-` and `.`, a letter or digit first.
  ///
  /// It becomes the name of a folder and the value of an option, hence the strictness.
  package static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, isLetterOrDigit(first), name.utf8.count <= 64 else {
      return false
    }
    return name.utf8.allSatisfy { isLetterOrDigit($0) || "_-.".utf8.contains($0) }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}

extension StageInstance: CustomStringConvertible {
  package var description: String {
    instance.map { "\(stage.rawValue)/\($0)" } ?? stage.rawValue
  }
}

extension StageInstance: Comparable {
  /// By the flow of data, then by name.
  package static func < (left: StageInstance, right: StageInstance) -> Bool {
    let order = Stage.allCases
    let (first, second) = (order.firstIndex(of: left.stage), order.firstIndex(of: right.stage))
    guard let first, let second, first == second else { return (first ?? 0) < (second ?? 0) }
    return (left.instance ?? "") < (right.instance ?? "")
  }
}
