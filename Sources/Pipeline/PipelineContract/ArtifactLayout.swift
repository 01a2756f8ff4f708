import Foundation

/// Where every file of the on-disk contract is; the only place that spells the names.
package struct ArtifactLayout: Hashable, Sendable {
  /// The folder of all artifacts, `artifacts/`.
  package let root: URL

  package init(root: URL) { self.root = root.standardizedFileURL }

  /// `artifacts/STAGE[/INSTANCE]`: the published artifact.
  package func directory(_ instance: StageInstance) -> URL {
    let stage = root.appendingPathComponent(instance.stage.rawValue, isDirectory: true)
    return instance.instance.map { stage.appendingPathComponent($0, isDirectory: true) } ?? stage
  }

  /// Where a stage writes until it publishes: `artifacts/STAGE/.INSTANCE.partial` or
  /// `artifacts/.STAGE.partial`, on the file system of the artifact, so that a rename publishes.
  package func staging(_ instance: StageInstance) -> URL {
    let final = directory(instance)
    return final.deletingLastPathComponent()
      .appendingPathComponent(".\(final.lastPathComponent)\(Self.unfinished)", isDirectory: true)
  }

  /// Where replaced artifacts and the unfinished work of other recipes are kept:
  /// `artifacts/.history/STAGE[/INSTANCE]`, with a folder for each.
  package func history(_ instance: StageInstance) -> URL {
    let stage = root.appendingPathComponent(Self.history, isDirectory: true)
      .appendingPathComponent(instance.stage.rawValue, isDirectory: true)
    return instance.instance.map { stage.appendingPathComponent($0, isDirectory: true) } ?? stage
  }

  /// The file whose lock says that somebody writes (exclusive) or reads (shared) the artifact.
  package func lock(_ instance: StageInstance) -> URL {
    let name = instance.instance.map { "\(instance.stage.rawValue)-\($0)" }
    return root.appendingPathComponent(".locks", isDirectory: true)
      .appendingPathComponent("\(name ?? instance.stage.rawValue).lock")
  }

  /// What is remembered between runs and can be deleted at any time.
  package var cache: URL { root.appendingPathComponent(".cache", isDirectory: true) }

  package func manifest(_ instance: StageInstance) -> URL { file(Self.manifest, of: instance) }

  package func file(_ name: String, of instance: StageInstance) -> URL {
    directory(instance).appendingPathComponent(name)
  }

  /// Canonical JSON that makes a folder an artifact.
  package static let manifest = "manifest.json"
  /// When, how long, how fast; not an output.
  package static let run = "run.json"
  /// The structured log of the run; not an output.
  package static let log = "log.jsonl"
  /// In a staging folder: what the work in it is made from.
  package static let partial = "partial.json"
  /// The files of an artifact or of unfinished work that are no outputs.
  package static let contract: Set = [manifest, run, log, partial]
  /// The folder of everything that was replaced.
  static let history = ".history"
  /// How the name of a folder with unfinished work ends.
  static let unfinished = ".partial"

  /// Whether a file holds times of the run that made it, by its path in the artifact: two runs of
  /// one recipe differ in it, and nothing that depends on the artifact may read it.
  package static func isWallClock(_ path: String, of stage: Stage) -> Bool {
    switch stage {
    case .train: path == Train.timings || path == Train.events
    case .phantom, .convert, .split, .predict, .merge, .report: false
    }
  }
  /// In the staging folder of a run: how far it has come. Scratch, as its name starts with a dot.
  package static let progress = ".progress.json"

  package enum Phantom {
    /// Folder of the labelled collection.
    package static let trainDICOM = "train"
    /// Folder of the collection to predict.
    package static let testDICOM = "test"
    /// How the names of the slices' files end.
    package static let sliceSuffix = ".dcm"
    package static let trainLabels = "train_labels.csv"
    package static let sampleSubmission = "sample_submission.csv"
    package static let testTruth = "test_truth.csv"
  }

  package enum Convert {
    package static let slices = "slices.csv"
    package static let quirks = "quirks.csv"
    package static let preview = "preview.png"

    /// `224/shard-00000.tar`.
    package static func shard(size: Int, number: Int) -> String {
      let digits = String(number)
      let zeros = String(repeating: "0", count: max(0, 5 - digits.count))
      return "\(size)/shard-\(zeros)\(digits).tar"
    }
  }

  package enum Split {
    package static let slices = "slices.csv"
    package static let summary = "summary.json"
    package static let leakage = "leakage.json"
    /// Beside what an unfinished split has: everything that is wrong with the labels.
    package static let faults = "label_faults.csv"
  }

  package enum Train {
    package static let best = "best.safetensors"
    package static let last = "last.safetensors"
    package static let history = "history.csv"
    /// What of the history differs between two runs that are otherwise the same.
    package static let timings = "timings.csv"
    package static let model = "model.json"
    package static let events = "events.out.tfevents.ichor"
  }

  package enum Predict {
    package static let validation = "validation.csv"
    package static let test = "test.csv"
    package static let calibration = "calibration.json"
  }

  package enum Merge {
    package static let submission = "submission.csv"
    /// The merged probabilities of the held-out fold, as they are scored.
    package static let validation = "validation.csv"
    /// The merged probabilities of the test collection.
    package static let probabilities = "probabilities.csv"
    package static let weights = "weights.json"
    package static let metrics = "metrics.json"
  }

  package enum Report {
    package static let index = "index.html"
  }
}
