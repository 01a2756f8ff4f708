import ContentHashing
import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract
import Synchronization

/// Reads artifacts again, every byte of every output, and compares them with their manifests.
package struct ArtifactVerification {
  let layout: ArtifactLayout
  private let instances: [StageInstance]

  /// - Parameter texts: `STAGE` or `STAGE/INSTANCE`; none for all that are on the disk, whether or
  ///   not the configuration has them.
  /// - Throws: `IchorError(.usage)` for a name that is neither on the disk nor in the configuration.
  package init(_ pipeline: Pipeline, named texts: [String]) throws {
    layout = pipeline.layout
    let onDisk = try Stage.allCases.flatMap { try pipeline.layout.instancesOnDisk(of: $0).sorted() }
      .filter { try FileStatus.of(pipeline.layout.directory($0)) != nil }
    if texts.isEmpty {
      instances = onDisk
    } else {
      var named: Set<StageInstance> = []
      for text in texts {
        let wanted = try? StageInstance(parsing: text)
        let found = onDisk.filter {
          $0 == wanted || ($0.stage == wanted?.stage && wanted?.instance == nil)
        }
        named.formUnion(found.isEmpty ? Array(try pipeline.graph.named(by: [text])) : found)
      }
      instances = named.sorted()
    }
  }

  /// Verifies them one after the other, the files of each on all processors; one that a run is
  /// writing is left out and named.
  ///
  /// - Parameter progress: counts bytes.
  /// - Throws: `IchorError` where a lock can't be made; `CancelledBySignal`.
  package func perform(
    progress: any Diagnostics.ProgressReporting = SilentProgress(),
    cancellation: Cancellation = Cancellation()
  ) throws -> VerificationReport {
    let total = instances.reduce(0) { $0 &+ ((try? read($1))?.outputBytes ?? 0) }
    let done = Atomic<Int>(0)
    return VerificationReport(
      artifacts: try instances.map { instance in
        try verify(instance) { bytes in
          try cancellation.checkpoint()
          let sum = done.wrappingAdd(bytes, ordering: .relaxed).newValue
          progress.report(completed: sum, total: total, unit: "bytes", detail: "\(instance)")
        }
      })
  }

  private func verify(
    _ instance: StageInstance, _ read: @Sendable (Int) throws -> Void
  ) throws -> VerificationReport.Artifact {
    let lock: ArtifactLock
    do {
      lock = try ArtifactLock(instance, in: layout, mode: .shared)
    } catch let error as IchorError where error.kind == .busy {
      return .init(instance: instance, files: 0, bytes: 0, state: .busy)
    }
    defer { lock.release() }
    // Only now can nothing change it any more.
    let manifest: Manifest
    do {
      manifest = try self.read(instance)
    } catch let error as IchorError {
      return .init(
        instance: instance, files: 0, bytes: 0, state: .damaged([Self.damagedManifest(error)]))
    }
    let damages = try damages(to: manifest.outputs, of: instance, read)
    return .init(
      instance: instance, files: manifest.outputs.count, bytes: manifest.outputBytes,
      state: damages.isEmpty ? .whole : .damaged(damages))
  }

  private static func damagedManifest(_ error: IchorError) -> VerificationReport.Damage {
    let name = ArtifactLayout.manifest
    let isUnreadable = error.kind != .badData
    let message =
      error.message.hasPrefix("\(name) ")
      ? String(error.message.dropFirst(name.count + 1))
      : error.message
    // What a parser says of bad JSON is long and helps nobody.
    let cause = error.kind == .badData ? nil : error.cause
    return .init(
      path: name, reason: message + (cause.map { ": \($0)" } ?? ""), isUnreadable: isUnreadable)
  }

  /// The manifest of an artifact.
  ///
  /// - Throws: `IchorError`: `.inputMissing` or `.inputOutput` where it can't be read, `.badData`
  ///   where it is not one, or is another artifact's.
  func read(_ instance: StageInstance) throws -> Manifest {
    let file = layout.manifest(instance)
    let manifest = try CanonicalJSON.read(Manifest.self, from: file)
    if let fault = manifest.fault(in: instance) {
      throw IchorError(
        .badData, code: "manifest-contradictory",
        "\(file.lastPathComponent) can't be right: \(fault)",
        remedy: "Delete the artifact with “./ichor clean \(instance)” and run its stage again.",
        at: file.path)
    }
    return manifest
  }

  /// What is wrong with the outputs, in their order.
  ///
  /// - Parameter read: called after each file with its bytes, by one thread at a time; may throw to
  ///   stop.
  private func damages(
    to outputs: [Manifest.Output], of instance: StageInstance,
    _ read: @Sendable (Int) throws -> Void
  ) throws -> [VerificationReport.Damage] {
    let folder = layout.directory(instance)
    let next = Atomic<Int>(0)
    let found = Mutex<[Int: VerificationReport.Damage]>([:])
    let failure = Mutex<(any Error)?>(nil)
    let threads = max(1, min(outputs.count, MachineLimits.processors))
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while failure.withLock({ $0 == nil }) {
        let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard turn < outputs.count else { return }
        if let damage = Self.damage(to: outputs[turn], in: folder) {
          found.withLock { $0[turn] = damage }
        }
        failure.withLock { failure in
          if failure != nil { return }
          do { try read(outputs[turn].bytes) } catch { failure = error }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return found.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
  }

  /// How a file differs from what its manifest says; `nil` where it does not.
  static func damage(to output: Manifest.Output, in folder: URL) -> VerificationReport.Damage? {
    let file = folder.appendingPathComponent(output.path)
    func damage(_ reason: String, isUnreadable: Bool = false) -> VerificationReport.Damage {
      .init(path: output.path, reason: reason, isUnreadable: isUnreadable)
    }
    do {
      guard let bytes = try FileStatus.of(file)?.size else { return damage("is missing") }
      guard bytes == output.bytes else {
        return damage("has \(bytes) bytes where \(output.bytes) were written")
      }
      let hash = try ContentHash.sha256(contentsOf: file)
      return hash == output.sha256 ? nil : damage("is not what was written, though as long")
    } catch {
      let reason = (error as? IchorError)?.cause ?? "\(error)"
      return damage("cannot be read: \(reason)", isUnreadable: true)
    }
  }
}

extension Manifest {
  /// What is impossible about it, as half a sentence; `nil` where nothing is.
  fileprivate func fault(in place: StageInstance) -> String? {
    let named = StageInstance(stage, instance)
    if named != place { return "it is that of \(named)" }
    var before = ""
    for output in outputs {
      if output.path <= before { return "its outputs are not sorted" }
      let parts = output.path.split(separator: "/", omittingEmptySubsequences: false)
      if parts.contains("..") || parts.contains("") { return "“\(output.path)” is no place in it" }
      let digits = output.sha256.utf8
      let isHash = digits.count == 64 && digits.allSatisfy { "0123456789abcdef".utf8.contains($0) }
      if !isHash || output.bytes < 0 { return "what it says of \(output.path) describes no file" }
      before = output.path
    }
    return nil
  }
}
