import Diagnostics
import Foundation
import OperatingSystem
import PipelineConfiguration
import PipelineContract

/// Compares artifacts with what a run would make now. Changes nothing on the disk.
///
/// Cheap: outputs by one `stat` each, files outside by size and time of change, executables only
/// where the pipeline is strict about them, and then once.
package final class StalenessCheck {
  let pipeline: Pipeline
  /// An error where identifiers are to be replaced by a key that can't be used.
  let resolver: Result<InputResolver, any Error>
  private var programs: [Stage: Manifest.Program] = [:]
  private var manifests: [StageInstance: (stamp: FileStamp, manifest: Manifest)] = [:]
  /// The inputs from outside that were last looked at.
  private var outside: [StageInstance: [Manifest.Input]] = [:]

  package init(_ pipeline: Pipeline) {
    self.pipeline = pipeline
    resolver = Result {
      InputResolver(
        layout: pipeline.layout, recordsNewHashes: false,
        pseudonyms: try pipeline.configuration.pseudonyms(in: pipeline.layout))
    }
  }

  /// The status of every instance, in dependency order.
  ///
  /// - Throws: `IchorError(.inputMissing)` where the pipeline is strict about programs and one is not
  ///   built.
  package func statuses() throws -> [InstanceStatus] {
    let graph = pipeline.graph
    var unready: Set<StageInstance> = []
    return try graph.instances.map { instance in
      let upstream = graph.dependencies(of: instance).filter { unready.contains($0) }
      let status = try status(of: instance, upstream: upstream)
      if !status.reasons.isEmpty { unready.insert(instance) }
      return status
    }
  }

  private func status(of instance: StageInstance, upstream: [StageInstance]) throws
    -> InstanceStatus
  {
    let manifest = try wholeManifest(of: instance)
    let own = try reasons(for: instance)
    let reasons = own.joined(byUpstream: upstream)
    let attempt = try failedAttempt(at: instance)
    let conflict = LockConflict(on: instance, in: pipeline.layout, with: .shared)
    let run = conflict.map {
      InstanceStatus.Run(
        holder: $0.holders.first, progress: ProgressReading(in: pipeline.layout.staging(instance)))
    }
    let state: InstanceStatus.State
    if run != nil {
      state = .running
    } else if reasons.isEmpty {
      state = .fresh
    } else if attempt != nil {
      state = .failed
    } else if manifest != nil {
      state = .stale
    } else if own.first?.isUnfinishedWork == true {
      state = .incomplete
    } else {
      state = own.first == .missing ? .missing : .stale
    }
    return InstanceStatus(
      instance: instance, state: state,
      reasons: run == nil ? reasons : reasons.whileRunning(hasArtifact: manifest != nil),
      record: state == .failed ? attempt : try record(in: pipeline.layout.directory(instance)),
      manifest: manifest, run: run)
  }

  /// The record of the last run where it failed; `nil` where it was a run of another recipe.
  private func failedAttempt(at instance: StageInstance) throws -> RunRecord? {
    guard let attempt = try record(in: pipeline.layout.staging(instance)), attempt.failed else {
      return nil
    }
    return try stagedIsOfAnother(instance) ? nil : attempt
  }

  /// Why the instance itself has to run, whatever becomes of its upstream.
  ///
  /// What unfinished work there is stands behind the reasons; where there is no artifact,
  /// `.incomplete` or `.missing` stands first.
  ///
  /// - Throws: `IchorError`: `.inputMissing` where the pipeline is strict about programs and the
  ///   stage's is not built, `.usage` for an instance that the configuration does not have.
  package func reasons(for instance: StageInstance) throws -> [StaleReason] {
    let layout = pipeline.layout
    guard try FileStatus.of(layout.manifest(instance)) != nil else {
      let work = try unfinishedWork(of: instance)
      return (work.contains(where: \.isUnfinishedWork) ? [] : [.missing]) + work
        + (try keptArtifact(of: instance))
    }
    guard let old = try wholeManifest(of: instance) else { return [.manifestUnreadable] }
    let own =
      try StaleReason.differences(
        from: Recipe(of: old), to: recipe(for: instance), strictly: pipeline.strictProgram)
      + layout.damage(to: old, of: instance)
    if own.isEmpty { return [] }
    return own + (try unfinishedWork(of: instance)) + (try keptArtifact(of: instance))
  }

  /// What a run would make the instance from now.
  ///
  /// - Throws: what `reasons` throws.
  func recipe(for instance: StageInstance) throws -> Recipe {
    let inputs = try pipeline.configuration.inputs(of: instance).compactMap { try input(from: $0) }
    outside[instance] = inputs.filter { $0.artifact == nil }
    return Recipe(
      instance, parameters: try pipeline.configuration.parameters(for: instance), inputs: inputs,
      program: try program(of: instance.stage))
  }

  /// The input from outside under a key as it was when it was last hashed; `nil` if it was not.
  func hashedInput(_ key: String, of instance: StageInstance) -> Manifest.Input? {
    outside[instance]?.first { $0.key == key }
  }

  /// The manifest of the artifact as it stands; `nil` where there is none.
  func manifest(of instance: StageInstance) throws -> Manifest? {
    let file = pipeline.layout.manifest(instance)
    guard let stamp = try FileStatus.of(file).map({ FileStamp($0) }) else { return nil }
    if let known = manifests[instance], known.stamp == stamp { return known.manifest }
    let manifest = try CanonicalJSON.read(Manifest.self, from: file)
    manifests[instance] = (stamp, manifest)
    return manifest
  }

  /// The same where it may be damaged: `nil` then as well.
  private func wholeManifest(of instance: StageInstance) throws -> Manifest? {
    do {
      return try manifest(of: instance)
    } catch let error as IchorError where error.kind == .badData {
      return nil
    }
  }

  func record(in folder: URL) throws -> RunRecord? {
    let file = folder.appendingPathComponent(ArtifactLayout.run)
    return try CanonicalJSON.readIfWhole(RunRecord.self, from: file)
  }

  /// `nil` where the input is gone; the difference to the manifest then says so.
  func input(from source: InputSource) throws -> Manifest.Input? {
    switch source {
    case .artifact(let instance):
      return try wholeManifest(of: instance).map {
        Manifest.Input(artifact: instance, manifest: $0)
      }
    case .outside:
      guard let resolver = try? resolver.get() else { return nil }
      do {
        return try resolver.resolve([source]).first
      } catch let error as IchorError where error.kind == .inputMissing {
        return nil
      }
    }
  }

  func program(of stage: Stage) throws -> Manifest.Program {
    if let program = programs[stage] { return program }
    if pipeline.strictProgram { try requireProgram(of: stage) }
    let program = try Manifest.Program(
      of: stage, executable: pipeline.strictProgram ? pipeline.program(of: stage) : nil)
    programs[stage] = program
    return program
  }

  /// - Throws: `IchorError(.inputMissing)` where the stage's executable is not built.
  func requireProgram(of stage: Stage) throws {
    let file = pipeline.program(of: stage)
    if FileManager.default.isExecutableFile(atPath: file.path) { return }
    throw IchorError(
      .inputMissing, code: "program-missing", "The executable \(stage.executable) is not built",
      remedy: "Build it with “swift build -c release”.", at: file.path)
  }

  /// - Throws: `IchorError(.inputMissing)` for the first file or folder outside that is not there.
  func checkOutsideData(of instances: [StageInstance]) throws {
    for instance in instances {
      for case .outside(let key, let path) in pipeline.configuration.inputs(of: instance)
      where try FileStatus.of(path) == nil {
        throw IchorError(
          .inputMissing, code: "data-missing", "There is nothing at \(path.path)",
          remedy: "Correct \(key) in the configuration or with --set.", at: key)
      }
    }
  }
}

/// Tells one state of a file from another without reading it.
private struct FileStamp: Equatable {
  private let inode: UInt64
  private let bytes: Int
  private let modified: Int

  init(_ status: FileStatus) {
    (inode, bytes, modified) = (status.inode, status.size, status.modified)
  }
}
