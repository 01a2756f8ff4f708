import Foundation
import PipelineContract

/// A folder with a configuration small enough to run whole in seconds, and its artifacts.
struct TinyPipeline {
  let folder: URL

  var layout: ArtifactLayout { ArtifactLayout(root: folder.appending(path: "artifacts")) }

  static let model = "tiny"

  /// Four patients to train and two to test, four optimiser steps.
  static let configuration = """
    data:
      train: {dicom: null, labels: null}
      test: {dicom: null, submission: null}
    phantom: {seed: 3, train_patients: 4, test_patients: 2, bleeding_fraction: 0.5}
    convert: {sizes: [64], windows: [brain, subdural, soft], repairs: [wrapped-12-bit],
      shard_slices: 32}
    split: {seed: 2019, folds: 2, fold: 0}
    compute: {backend: onednn, precision: f32, threads: null}
    train:
      tiny: {model: resnet18, size: 64, batch: 8, epochs: 2, steps_per_epoch: 2, optimizer: sgd, learning_rate: 0.01}
    predict: {batch: 16}
    merge: {models: [tiny], weights: inverse-loss}
    report: {slices: 2}

    """

  static let instances: [StageInstance] = [
    StageInstance(.phantom), StageInstance(.convert, .train), StageInstance(.convert, .test),
    StageInstance(.split), StageInstance(.train, model), StageInstance(.predict, model),
    StageInstance(.merge), StageInstance(.report),
  ]

  private static let finishedFolder = FileManager.default.temporaryDirectory
    .appending(path: "ichor-finished-\(getpid())")

  /// An empty pipeline in a new folder.
  init(
    folder: URL = FileManager.default.temporaryDirectory
      .appending(path: "ichor-pipeline-\(UUID().uuidString)")
  ) throws {
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Self.configuration.write(
      to: folder.appending(path: "pipeline.yaml"), atomically: true, encoding: .utf8)
  }

  /// The pipeline that was run once, completely and from nothing; tests look at it and copy it.
  static let finished: Result<(pipeline: TinyPipeline, run: ProcessRun), any Error> = Result {
    let pipeline = try TinyPipeline(folder: finishedFolder)
    atexit { try? FileManager.default.removeItem(at: TinyPipeline.finishedFolder) }
    return (pipeline, try pipeline.driver(["run"]))
  }

  /// A copy of the finished pipeline whose files are hard links; stages replace files by rename,
  /// so the original stays as it is. Locks are not copied: they would be shared.
  static func copyOfFinished() throws -> TinyPipeline {
    let source = try finished.get().pipeline
    let copy = try TinyPipeline()
    try linkTree(source.layout.root, to: copy.layout.root)
    return copy
  }

  private static func linkTree(_ source: URL, to target: URL) throws {
    let files = FileManager.default
    try files.createDirectory(at: target, withIntermediateDirectories: true)
    for name in try files.contentsOfDirectory(atPath: source.path) where name != ".locks" {
      let (from, to) = (source.appending(path: name), target.appending(path: name))
      var isFolder: ObjCBool = false
      _ = files.fileExists(atPath: from.path, isDirectory: &isFolder)
      if isFolder.boolValue {
        try linkTree(from, to: to)
      } else {
        try files.linkItem(at: from, to: to)
      }
    }
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func start(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> RunningProcess {
    try RunningProcess(
      BuiltExecutables.url(executable), arguments, in: folder, environment: environment)
  }

  func driver(_ arguments: [String]) throws -> ProcessRun {
    try start("ichor-driver", arguments).wait()
  }

  /// Runs one stage executable alone, without the driver.
  func stage(
    _ instance: StageInstance, _ more: [String] = [], environment: [String: String] = [:]
  ) throws -> ProcessRun {
    try start(
      instance.stage.executable, Self.options(of: instance) + more, environment: environment
    ).wait()
  }

  static func options(of instance: StageInstance) -> [String] {
    (instance.instance.map { ["--instance", $0] } ?? []) + ["--progress", "none"]
  }

  func manifest(_ instance: StageInstance) throws -> Manifest {
    try CanonicalJSON.read(Manifest.self, from: layout.manifest(instance))
  }

  /// Instance name to status, as `status --json` prints it.
  func statuses(_ arguments: [String] = []) throws -> [String: String] {
    struct Answer: Decodable {
      struct Row: Decodable {
        let stage: String
        let instance: String?
        let status: String
      }
      let instances: [Row]
    }
    let run = try driver(["status", "--json"] + arguments)
    let answer = try JSONDecoder().decode(Answer.self, from: Data(run.output.utf8))
    return Dictionary(
      answer.instances.map { row in
        (row.instance.map { "\(row.stage)/\($0)" } ?? row.stage, row.status)
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Lines of a file of an artifact.
  func lines(_ name: String, of instance: StageInstance) throws -> [String] {
    try String(contentsOf: layout.file(name, of: instance), encoding: .utf8)
      .split(separator: "\n").map { $0.hasSuffix("\r") ? String($0.dropLast()) : String($0) }
  }
}
