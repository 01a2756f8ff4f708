import Diagnostics
import Foundation
import OperatingSystem
import PipelineConfiguration
import PipelineContract

/// Compares artifacts with what a run would make now. Changes nothing on the disk.
///
/// Cheap: outputs by one `stat` each, files outside by size and time of change, executables hashed
/// once.
package final class StalenessCheck {
  private let pipeline: Pipeline
  /// An error where identifiers are to be replaced by a key that can't be used.
  private let resolver: Result<InputResolver, any Error>
  private var programs: [Stage: Manifest.Program] = [:]
  private var manifests: [StageInstance: (stamp: FileStamp, manifest: Manifest)] = [:]

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
  /// - Throws: `IchorError(.inputMissing)` where a stage's executable is not built.
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
    let manifest = try? manifest(of: instance)
    let own = try reasons(for: instance)
    let reasons = own.joined(byUpstream: upstream)
    let staging = pipeline.layout.staging(instance)
    let attempt = record(in: staging)
    let conflict = LockConflict(on: instance, in: pipeline.layout, with: .shared)
    let run = conflict.map {
      InstanceStatus.Run(holder: $0.holders.first, progress: ProgressReading(in: staging))
    }
    let state: InstanceStatus.State
    if run != nil {
      state = .running
    } else if reasons.isEmpty {
      state = .fresh
    } else if attempt?.failed == true {
      state = .failed
    } else if manifest != nil {
      state = .stale
    } else if own.contains(.incomplete) {
      state = .incomplete
    } else {
      state = own.contains(.missing) ? .missing : .stale
    }
    let shown = state == .failed ? attempt : record(in: pipeline.layout.directory(instance))
    return InstanceStatus(
      instance: instance, state: state,
      // What a run has begun is no interrupted work.
      reasons: run == nil ? reasons : reasons.map { $0 == .incomplete ? .missing : $0 },
      record: shown, manifest: manifest,
      run: run)
  }

  /// Why the instance itself has to run, whatever becomes of its upstream.
  ///
  /// - Throws: `IchorError`: `.inputMissing` where the stage's executable is not built, `.usage`
  ///   for an instance that the configuration does not have.
  package func reasons(for instance: StageInstance) throws -> [StaleReason] {
    let layout = pipeline.layout
    guard FileManager.default.fileExists(atPath: layout.manifest(instance).path) else {
      let partial = layout.staging(instance).appendingPathComponent(ArtifactLayout.partial)
      return [FileManager.default.fileExists(atPath: partial.path) ? .incomplete : .missing]
    }
    guard let old = try? manifest(of: instance) else { return [.manifestUnreadable] }
    let now = Recipe(
      instance, parameters: try pipeline.configuration.parameters(for: instance),
      inputs: pipeline.configuration.inputs(of: instance).compactMap { input(from: $0) },
      program: try program(of: instance.stage))
    return StaleReason.differences(from: Recipe(of: old), to: now)
      + layout.damage(to: old, of: instance)
  }

  /// The manifest of the artifact as it stands; `nil` where there is none.
  func manifest(of instance: StageInstance) throws -> Manifest? {
    let file = pipeline.layout.manifest(instance)
    guard let stamp = FileStamp(file) else { return nil }
    if let known = manifests[instance], known.stamp == stamp { return known.manifest }
    let manifest = try CanonicalJSON.read(Manifest.self, from: file)
    manifests[instance] = (stamp, manifest)
    return manifest
  }

  func record(in folder: URL) -> RunRecord? {
    let file = folder.appendingPathComponent(ArtifactLayout.run)
    return try? CanonicalJSON.read(RunRecord.self, from: file)
  }

  /// `nil` where the input is gone; the difference to the manifest then says so.
  private func input(from source: InputSource) -> Manifest.Input? {
    switch source {
    case .artifact(let instance):
      (try? manifest(of: instance)).map { Manifest.Input(artifact: instance, manifest: $0) }
    case .outside: (try? resolver.get().resolve([source]))?.first
    }
  }

  private func program(of stage: Stage) throws -> Manifest.Program {
    if let program = programs[stage] { return program }
    let file = pipeline.program(of: stage)
    guard FileManager.default.isExecutableFile(atPath: file.path) else {
      throw IchorError(
        .inputMissing, code: "program-missing", "The executable \(stage.executable) is not built",
        remedy: "Build it with “swift build -c release”.", at: file.path)
    }
    let program = try Manifest.Program(executable: file)
    programs[stage] = program
    return program
  }

  /// - Throws: `IchorError(.inputMissing)` for the first file or folder outside that is not there.
  func checkOutsideData(of instances: [StageInstance]) throws {
    for instance in instances {
      for case .outside(let key, let path) in pipeline.configuration.inputs(of: instance)
      where !FileManager.default.fileExists(atPath: path.path) {
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

  init?(_ file: URL) {
    guard let status = FileStatus(at: file.path) else { return nil }
    (inode, bytes, modified) = (status.inode, status.size, status.modified)
  }
}
