import ArtifactTables
import ContentHashing
import Diagnostics
import TestFolders
import Foundation
import OperatingSystem
import PipelineConfiguration
import PipelineContract
import Synchronization

@testable import PipelineDriver

/// A pipeline whose stages are shell scripts: each logs its call and copies an artifact that was
/// prepared under `expected/`.
final class FakePipeline {
  static let configuration = """
    phantom: {train_patients: 4, test_patients: 2}
    compute: {precision: bf16}
    train:
      a: {model: resnet18, size: 112, batch: 2, epochs: 3}
      b: {model: resnet50, size: 112, batch: 2, epochs: 3}
    """
  /// What is said of train/a where its epochs change: its schedules are cosines.
  static let cosineNote =
    "begins anew, as a cosine over other epochs differs from its first step on; "
    + "train.a.continue_from: best would start from the weights there are"
  static let everything = [
    "phantom", "convert/train", "convert/test", "split", "train/a", "train/b", "predict/a",
    "predict/b", "merge", "report",
  ]

  let folder: TemporaryFolder
  let layout: ArtifactLayout
  private let expected: ArtifactLayout

  init(_ yaml: String = configuration) throws {
    folder = try TemporaryFolder()
    layout = ArtifactLayout(root: folder.url.appendingPathComponent("artifacts"))
    expected = ArtifactLayout(root: folder.url.appendingPathComponent("expected"))
    try folder.write(yaml, to: "pipeline.yaml")
    let programs = folder.url.appendingPathComponent("bin")
    try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
    for stage in Stage.allCases {
      // Not by Foundation: what stages of other tests inherited as open for writing could not run.
      let path = programs.appendingPathComponent(stage.executable).path
      let program = try OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o755)
      try Array(Self.script.utf8).withUnsafeBytes { try program.write($0) }
    }
  }

  private static let script = """
    #!/bin/sh
    stage=${0##*/ichor-}
    instance=
    all="$*"
    while [ $# -gt 0 ]; do
      case $1 in
        --instance) instance=/$2 ;;
        --artifacts) artifacts=$2 ;;
      esac
      shift
    done
    base=${artifacts%/*}
    final=$artifacts/$stage$instance
    echo "$stage$instance" >> "$base/ran"
    echo "$stage$instance $all" >> "$base/calls"
    mkdir -p "${final%/*}"
    if [ -f "$base/act/$stage$instance" ]; then . "$base/act/$stage$instance"; fi
    rm -rf "$final"
    cp -R "$base/expected/$stage$instance" "$final"

    """

  func pipeline(set overrides: [String] = [], strictProgram: Bool = false) throws -> Pipeline {
    try Pipeline(
      configurationFile: folder.url.appendingPathComponent("pipeline.yaml"), overrides: overrides,
      artifacts: layout.root, programs: folder.url.appendingPathComponent("bin"),
      strictProgram: strictProgram, speeds: speeds)
  }

  /// What was measured on the machine: nothing, if a test does not say so.
  var speeds: MeasuredSpeeds {
    MeasuredSpeeds(folder: folder.url.appendingPathComponent("speeds"))
  }

  /// Where `prepare` leaves what a stage describes its unfinished work with.
  func partial(of instance: String) -> URL {
    folder.url.appendingPathComponent("partial/\(instance)/\(ArtifactLayout.partial)")
  }

  /// Leaves what a run of the instance leaves that is killed after its first output.
  func interrupt(_ instance: StageInstance, set overrides: [String] = []) throws {
    try prepare(set: overrides)
    let staging = layout.staging(instance)
    try FileManager.default.createDirectory(at: staging, withIntermediateDirectories: true)
    try Data("half".utf8).write(to: staging.appendingPathComponent("half.csv"))
    try Data(contentsOf: partial(of: "\(instance)")).write(
      to: staging.appendingPathComponent(ArtifactLayout.partial))
  }

  /// Adds what the published trainings say of their networks.
  func writeModelCards() throws {
    for name in ["a", "b"] {
      let card = ModelCard(
        architecture: name == "a" ? .resnet18 : .resnet50, size: 112,
        windows: [.brain, .subdural, .soft], hounsfield: false,
        normalization: .init(mean: [0, 0, 0], deviation: [1, 1, 1]), trainedOn: [:], leaky: false)
      try card.write(to: layout.file(ArtifactLayout.Train.model, of: StageInstance(.train, name)))
    }
  }

  /// Shell commands that the fake stage runs before it publishes.
  func whenRunning(_ instance: String, _ commands: String) throws {
    try folder.write(commands, to: "act/\(instance)")
  }

  /// Prepares what the stages will publish. A file's content is its parameters, and changes with
  /// them, unless it is `constant`.
  func prepare(set overrides: [String] = [], constant: Bool = false) throws {
    let pipeline = try pipeline(set: overrides)
    let clock = RunClock(versions: ["ichor": "test"])
    let resolver = InputResolver(layout: expected, recordsNewHashes: false)
    for instance in pipeline.configuration.instances {
      let parameters = try pipeline.configuration.parameters(for: instance)
      let recipe = Recipe(
        instance, parameters: parameters,
        inputs: try resolver.resolve(pipeline.configuration.inputs(of: instance)),
        program: try Manifest.Program(
          of: instance.stage, executable: pipeline.program(of: instance.stage)))
      let inputs = recipe.inputs.map { "\($0.name)=\($0.sha256)" }
      let settings = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      let text = constant ? "constant" : (settings + inputs).joined(separator: "\n")
      // Not by `AtomicPublish`: flushing thousands of small files is all this suite would do.
      let target = expected.directory(instance)
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: target.appendingPathComponent("out.csv"))
      let output = Manifest.Output(
        path: "out.csv", sha256: ContentHash.sha256(of: Data(text.utf8)), bytes: text.utf8.count)
      var record = clock.record(items: 30, unit: "slices", exit: 0)
      record.bytes = output.bytes
      try CanonicalJSON.encode(record).write(
        to: target.appendingPathComponent(ArtifactLayout.run))
      let counts = instance.stage == .convert ? [Manifest.slicesCount: 30] : [:]
      try CanonicalJSON.encode(Manifest(recipe: recipe, outputs: [output], counts: counts)).write(
        to: target.appendingPathComponent(ArtifactLayout.manifest))
      let description = partial(of: "\(instance)")
      try FileManager.default.createDirectory(
        at: description.deletingLastPathComponent(), withIntermediateDirectories: true)
      try CanonicalJSON.encode(recipe).write(to: description)
    }
  }

  /// Options that show no progress.
  static func options(_ named: [String] = [], jobs: Int = 1) -> PipelineRun.Options {
    var options = PipelineRun.Options()
    options.named = named
    options.progress = "none"
    options.jobs = jobs
    return options
  }

  /// Runs and returns which stages were started, in their order.
  func run(
    _ named: [String] = [], set overrides: [String] = [], force: Bool = false,
    keepGoing: Bool = false, strictProgram: Bool = false
  ) throws -> (text: String, status: Int32, ran: [String]) {
    var options = Self.options(named)
    options.force = force
    options.keepGoing = keepGoing
    let run = try run(options, set: overrides, strictProgram: strictProgram)
    return (run.text, run.status, run.ran)
  }

  /// The same with any options; `errors` is what standard error showed.
  ///
  /// - Parameter processors: how many threads there are for stages that run side by side.
  func run(
    _ options: PipelineRun.Options, set overrides: [String] = [], strictProgram: Bool = false,
    processors: Int = 4,
    memory: Int? = nil, relay: SignalRelay = SignalRelay()
  ) throws -> (text: String, status: Int32, ran: [String], errors: String) {
    let log = folder.url.appendingPathComponent("ran")
    try? FileManager.default.removeItem(at: log)
    let errors = Mutex("")
    let run = PipelineRun(
      try pipeline(set: overrides, strictProgram: strictProgram), options,
      terminal: Terminal { text in errors.withLock { $0 += text } })
    let outcome = try run.perform(relaying: relay) {
      JobBudget(jobs: $0, processors: processors, memory: memory)
    }
    let ran = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    return (
      outcome.text, outcome.status, ran.split(separator: "\n").map(String.init),
      errors.withLock { $0 }
    )
  }

  /// What the fake stage publishes.
  func prepared(_ instance: StageInstance) -> URL { expected.directory(instance) }

  func states(set overrides: [String] = [], strictProgram: Bool = false) throws -> [String: String]
  {
    let statuses = try StalenessCheck(
      pipeline(set: overrides, strictProgram: strictProgram)
    ).statuses()
    return Dictionary(
      uniqueKeysWithValues: statuses.map { ($0.instance.description, $0.state.rawValue) })
  }
}
