import ArtifactTables
import Diagnostics
import Foundation
import Logging
import OperatingSystem
import PipelineConfiguration
import PipelineContract
import Vocabulary

/// One run of a stage; everything it touches is passed in, so that a test can watch it.
struct StageSession {
  let stage: Stage
  let options: StageOptions
  let terminal: Terminal
  let cancellation: Cancellation
  /// The executable that runs; its hash goes into the manifest.
  let program: URL
  /// Takes the lines for standard output.
  let result: (String) -> Void

  /// What exists of a run when it fails.
  private final class Progress {
    var publish: AtomicPublish?
    var log: StageLogFile?
    var meter: ProgressMeter?
  }

  func perform(_ body: (StageContext) throws -> StageSummary) -> ExitStatus {
    let clock = RunClock(versions: ProgramVersions.own)
    let progress = Progress()
    do {
      try run(body, clock: clock, progress: progress)
      return .done
    } catch {
      let failure = ProgramFailure(error)
      progress.meter?.finish()
      progress.log?.logger().info("ended early", metadata: ["reason": "\(failure.message)"])
      progress.publish?.recordFailure(
        clock.record(
          items: 0, unit: "", exit: failure.status.rawValue, signal: failure.signal,
          error: failure.message))
      terminal.line(failure.line(program: stage.executable))
      return failure.status
    }
  }

  private func run(
    _ body: (StageContext) throws -> StageSummary, clock: RunClock, progress: Progress
  ) throws {
    let configuration = try Configuration.load(
      file: URL(filePath: options.config), overrides: options.overrides)
    let instance = try requestedInstance(in: configuration)
    let layout = ArtifactLayout(root: URL(filePath: options.artifacts))
    try configuration.requireWeights(outside: layout)
    let sources = configuration.inputs(of: instance)
    let pseudonyms = try configuration.pseudonyms(in: layout)
    let resolver = InputResolver(layout: layout, recordsNewHashes: true, pseudonyms: pseudonyms)
    let publish = try begin(
      instance, configuration, sources: sources, resolver: resolver, in: layout)
    let recipe = publish.recipe
    progress.publish = publish

    let log = try StageLogFile(
      at: publish.staging.appending(path: ArtifactLayout.log), program: stage.executable,
      terminal: terminal)
    progress.log = log
    let meter = ProgressMeter(
      options.progress.style, label: "\(instance)", terminal: terminal,
      record: { [staging = publish.staging] in $0.leave(in: staging) })
    progress.meter = meter
    let logger = log.logger()
    logger.info(
      "started", metadata: ["instance": "\(instance)", "resumes": "\(publish.resumes)"])
    tell(publish.takeNotices(), logger)
    try UpstreamArtifacts.verifyContents(
      of: sources, for: stage, in: layout, checkpoint: cancellation.checkpoint)
    let most = configuration.compute.threads ?? MachineLimits.processors
    let threads = stage.dependsOnThreads ? most : min(most, options.threads ?? most)
    try ProcessRoom.require(threads: threads)
    let context = StageContext(
      instance: instance, configuration: configuration, layout: layout, staging: publish.staging,
      resumes: publish.resumes, reusable: try reusable(publish), pseudonyms: pseudonyms,
      job: JobContext(
        logger: logger, progress: meter, cancellation: cancellation, threads: max(1, threads)),
      precision: precision(publish.recipe),
      choosePrecision: { try publish.choose($0.rawValue, for: Recipe.precisionKey) })
    let summary = try body(context)
    meter.finish()

    let inputs = try hashedInputs(recipe, sources: sources, resolver: resolver)
    var record = clock.record(
      items: summary.items, unit: summary.unit, exit: ExitStatus.done.rawValue)
    record.versions.merge(summary.versions) { own, _ in own }
    logger.info("finished", metadata: ["items": "\(summary.items)", "unit": "\(summary.unit)"])
    let manifest = try publish.commit(record, inputs: inputs, counts: summary.counts)
    tell(publish.takeNotices(), logger)
    summary.lines.forEach(result)
    result(
      "\(instance): \(manifest.outputs.count) files, \(Quantity.exactSize(manifest.outputBytes)), in "
        + "\(Quantity.clock(clock.seconds)) at \(layout.directory(instance).path)")
  }

  private func precision(_ recipe: Recipe) -> Precision? {
    guard case .string(let name)? = recipe.parameters[Recipe.precisionKey] else { return nil }
    return Precision(rawValue: name)
  }

  private func tell(_ notices: [String], _ logger: Logger) {
    for notice in notices {
      logger.info("\(notice)")
      terminal.line("\(stage.executable): \(notice)")
    }
  }

  /// Takes the locks, after waiting for them where the options say so, and finds out what the
  /// artifact is to be made from.
  private func begin(
    _ instance: StageInstance, _ configuration: Configuration, sources: [InputSource],
    resolver: InputResolver, in layout: ArtifactLayout
  ) throws -> AtomicPublish {
    let parameters = try configuration.parameters(for: instance)
    let program = try Manifest.Program(of: stage, executable: self.program)
    while true {
      if options.wait { try waitForOthers(instance, sources: sources, in: layout) }
      do {
        try UpstreamArtifacts.verify(sources, in: layout)
        let recipe = Recipe(
          instance, parameters: parameters,
          inputs: try resolver.stamp(sources, checkpoint: cancellation.checkpoint),
          program: program)
        let publish = try AtomicPublish(
          recipe, in: layout, discardsEarlierWork: options.force, keep: configuration.keep[stage],
          strictly: options.strictProgram,
          continues: { made, folder, isFinished in
            guard stage == .train, let name = instance.instance else { return nil }
            // A manifest has the hashes of data from outside, work that is not done only its stamps.
            let now =
              try isFinished
              ? recipe.with(inputs: resolver.resolve(sources, checkpoint: cancellation.checkpoint))
              : recipe
            return TrainingContinuation(of: name, strictly: options.strictProgram).verdict(
              from: made, to: now,
              reach: .init(
                finishedEpochs: TrainingHistory.finishedEpochs(in: folder), isDone: isFinished)
            ).continuation
          })
        try confirm(recipe, sources: sources, resolver: resolver)
        return publish
      } catch let error as IchorError where error.kind == .busy && options.wait {
        // Another run was quicker; what it leaves has to be looked at anew.
        try cancellation.checkpoint()
        Thread.sleep(forTimeInterval: 0.2)
      }
    }
  }

  private func waitForOthers(
    _ instance: StageInstance, sources: [InputSource], in layout: ArtifactLayout
  ) throws {
    var wanted: [(instance: StageInstance, mode: ArtifactLock.Mode)] = [(instance, .exclusive)]
    for case .artifact(let upstream) in sources { wanted.append((upstream, .shared)) }
    try LockConflict.waitUntilGone(
      wanted, in: layout, announce: { terminal.line("\(stage.executable): \($0)") },
      checkpoint: cancellation.checkpoint)
  }

  /// The instance that the options ask for.
  ///
  /// - Throws: `IchorError(.usage)` with the list of instances where the configuration lacks it.
  private func requestedInstance(in configuration: Configuration) throws -> StageInstance {
    let known = configuration.instances.filter { $0.stage == stage }
    let requested = StageInstance(stage, options.instance)
    if known.contains(requested) { return requested }
    let names = known.compactMap(\.instance)
    guard !known.isEmpty else {
      throw IchorError(
        .usage, code: "stage-unused",
        "\(options.config) does not use the stage \(stage.rawValue)",
        remedy: "Run “./ichor graph” to see what it runs.")
    }
    guard !names.isEmpty else {
      throw IchorError(
        .usage, code: "instance-unexpected", "The stage \(stage.rawValue) has no instances",
        remedy: "Leave out --instance.")
    }
    let listed = (options.instance.map { NearestName.sorted(names, by: $0) } ?? names)
      .joined(separator: ", ")
    throw IchorError(
      .usage, code: options.instance == nil ? "instance-missing" : "instance-unknown",
      options.instance.map { "The stage \(stage.rawValue) has no instance “\($0)”" }
        ?? "The stage \(stage.rawValue) runs once per instance and needs --instance",
      remedy: "Use one of \(listed).")
  }

  /// Looks at the upstream artifacts again, now that their locks are held: between the first look
  /// and the locks another run may have published.
  private func confirm(
    _ recipe: Recipe, sources: [InputSource], resolver: InputResolver
  ) throws {
    for case .artifact(let upstream) in sources {
      let now = Manifest.Input(artifact: upstream, manifest: try resolver.wholeArtifact(upstream))
      guard recipe.inputs.contains(now) else {
        throw IchorError(
          .busy, code: "input-republished", "The artifact \(upstream), an input, was just replaced",
          remedy: "Start \(stage.executable) again.")
      }
    }
  }

  /// The inputs with the hashes of what was read, most of which the stage has left in `HashMemory`.
  ///
  /// - Throws: `IchorError(.busy)` where data outside changed since the run began.
  private func hashedInputs(
    _ recipe: Recipe, sources: [InputSource], resolver: InputResolver
  ) throws -> [Manifest.Input] {
    let hashed = try resolver.resolve(sources, checkpoint: cancellation.checkpoint)
    let now = try resolver.stamp(sources, checkpoint: cancellation.checkpoint)
    for (input, begun) in zip(now, recipe.inputs) where input.sha256 != begun.sha256 {
      throw IchorError(
        .busy, code: "input-changed", "\(input.name) changed while \(stage.executable) read it",
        remedy: "Let nothing write there, and start \(stage.executable) again.",
        at: input.path ?? "")
    }
    return hashed
  }

  /// The artifact published before, unless its parameters or program differ.
  private func reusable(_ publish: AtomicPublish) throws -> URL? {
    guard let folder = try publish.previous,
      let manifest = try CanonicalJSON.readIfWhole(
        Manifest.self, from: publish.layout.manifest(publish.instance)),
      manifest.formatVersion == Manifest.currentFormatVersion,
      manifest.program.makesTheSame(
        as: publish.recipe.program, strictly: options.strictProgram),
      JSONValue.object(manifest.parameters).isSame(as: .object(publish.recipe.parameters))
    else { return nil }
    return folder
  }
}
