import Foundation

/// Where every file of the on-disk contract is; the only place that spells the names.
public struct ArtifactLayout: Hashable, Sendable {
  /// The folder of all artifacts, `artifacts/`.
  public let root: URL

  public init(root: URL) { self.root = root.standardizedFileURL }

  /// `artifacts/STAGE[/INSTANCE]`: the published artifact.
  public func directory(_ instance: StageInstance) -> URL {
    let stage = root.appendingPathComponent(instance.stage.rawValue, isDirectory: true)
    return instance.instance.map { stage.appendingPathComponent($0, isDirectory: true) } ?? stage
  }

  /// Where a stage writes until it publishes: `artifacts/STAGE/.INSTANCE.partial` or
  /// `artifacts/.STAGE.partial`, on the file system of the artifact, so that a rename publishes.
  public func staging(_ instance: StageInstance) -> URL {
    let final = directory(instance)
    return final.deletingLastPathComponent()
      .appendingPathComponent(".\(final.lastPathComponent).partial", isDirectory: true)
  }

  /// The file whose lock says that somebody writes (exclusive) or reads (shared) the artifact.
  public func lock(_ instance: StageInstance) -> URL {
    let name = instance.instance.map { "\(instance.stage.rawValue)-\($0)" }
    return root.appendingPathComponent(".locks", isDirectory: true)
      .appendingPathComponent("\(name ?? instance.stage.rawValue).lock")
  }

  /// What is remembered between runs and can be deleted at any time.
  public var cache: URL { root.appendingPathComponent(".cache", isDirectory: true) }

  public func manifest(_ instance: StageInstance) -> URL { file(Self.manifest, of: instance) }

  public func file(_ name: String, of instance: StageInstance) -> URL {
    directory(instance).appendingPathComponent(name)
  }

  /// Canonical JSON that makes a folder an artifact.
  public static let manifest = "manifest.json"
  /// When, how long, how fast; not an output.
  public static let run = "run.json"
  /// The structured log of the run; not an output.
  public static let log = "log.jsonl"
  /// In a staging folder: what the work in it is made from.
  public static let partial = "partial.json"

  public enum Phantom {
    /// Folder of the labelled collection.
    public static let trainDICOM = "train"
    /// Folder of the collection to predict.
    public static let testDICOM = "test"
    public static let trainLabels = "train_labels.csv"
    public static let sampleSubmission = "sample_submission.csv"
    public static let testTruth = "test_truth.csv"
  }

  public enum Convert {
    public static let slices = "slices.csv"
    public static let quirks = "quirks.csv"
    public static let preview = "preview.png"

    /// `224/shard-00000.tar`.
    public static func shard(size: Int, number: Int) -> String {
      let digits = String(number)
      let zeros = String(repeating: "0", count: max(0, 5 - digits.count))
      return "\(size)/shard-\(zeros)\(digits).tar"
    }
  }

  public enum Split {
    public static let slices = "slices.csv"
    public static let summary = "summary.json"
    public static let leakage = "leakage.json"
  }

  public enum Train {
    public static let best = "best.safetensors"
    public static let last = "last.safetensors"
    public static let history = "history.csv"
    public static let model = "model.json"
    public static let events = "events.out.tfevents.ichor"
  }

  public enum Predict {
    public static let validation = "validation.csv"
    public static let test = "test.csv"
    public static let calibration = "calibration.json"
  }

  public enum Merge {
    public static let submission = "submission.csv"
    public static let probabilities = "probabilities.csv"
    public static let weights = "weights.json"
    public static let metrics = "metrics.json"
  }

  public enum Report {
    public static let index = "index.html"
  }
}
