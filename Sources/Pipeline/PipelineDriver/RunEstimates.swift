import Foundation
import OperatingSystem
import PipelineConfiguration
import PipelineContract

/// Estimates the instances of a plan in dependency order: what one will make decides how much work
/// the next one is.
///
/// A time or size is given only where the earlier run was of the same kind: every parameter that
/// decides what an item costs is equal. What only decides how many items there are is scaled.
final class RunEstimates {
  let check: StalenessCheck
  /// Slices that a collection will have; none where that is not known.
  var slices: [StageInstance: Double] = [:]
  /// The instances that will have been made again by the time that theirs comes.
  private var running: Set<StageInstance> = []

  var pipeline: Pipeline { check.pipeline }

  var speeds: MeasuredSpeeds { pipeline.speeds }

  init(_ check: StalenessCheck) { self.check = check }

  var threads: Int { pipeline.configuration.compute.threads ?? MachineLimits.processors }

  /// - Parameter reasons: why it runs; none where it does not.
  /// - Throws: what `StalenessCheck.reasons` throws.
  func next(_ status: InstanceStatus, reasons: [StaleReason]) throws -> RunEstimate {
    let instance = status.instance
    if !reasons.isEmpty { running.insert(instance) }
    let earlier = try status.manifest.flatMap { manifest in
      try check.record(in: pipeline.layout.directory(instance)).map {
        EarlierRun(manifest: manifest, record: $0)
      }
    }
    let estimate = try estimate(instance, earlier, reasons)
    guard earlier == nil, !reasons.isEmpty else { return estimate }
    let first = try firstRun(of: instance, resumes: reasons.contains(where: \.isUnfinishedWork))
    return estimate.filled(from: first)
  }

  private func estimate(
    _ instance: StageInstance, _ earlier: EarlierRun?, _ reasons: [StaleReason]
  ) throws -> RunEstimate {
    switch instance.stage {
    case .phantom: return try phantom(instance, earlier)
    case .convert: return try convert(instance, earlier)
    case .train:
      return try train(instance, earlier, resumes: reasons.contains(where: \.isUnfinishedWork))
    case .predict: return try predict(instance, earlier)
    case .split, .merge, .report: return try other(instance, earlier)
    }
  }

  /// An artifact and the record of the run that made it.
  struct EarlierRun {
    let manifest: Manifest
    let record: RunRecord
  }

  // MARK: Collections

  private func phantom(_ instance: StageInstance, _ earlier: EarlierRun?) throws -> RunEstimate {
    guard let earlier else { return RunEstimate(items: nil, unit: nil, rate: nil, bytes: nil) }
    let now = try pipeline.configuration.parameters(for: instance)
    let ratio =
      SliceCollection.allCases.map { Self.patients($0, now) }.reduce(0, +)
      / SliceCollection.allCases.map { Self.patients($0, earlier.manifest.parameters) }
      .reduce(0, +)
    return earlier.scaled(ratio.isFinite ? ratio : nil)
  }

  private static func patients(
    _ collection: SliceCollection, _ parameters: [String: JSONValue]
  ) -> Double {
    parameters["phantom.\(collection.rawValue)_patients"]?.number ?? 0
  }

  private func convert(_ instance: StageInstance, _ earlier: EarlierRun?) throws -> RunEstimate {
    let files = try sourceFiles(of: instance, earlier)
    guard let earlier else {
      slices[instance] = files
      return RunEstimate(items: files, unit: "files", rate: nil, bytes: nil)
    }
    let then = Double(earlier.manifest.slices ?? earlier.record.items)
    if !running.contains(instance) {
      slices[instance] = then
      return RunEstimate(
        items: then, unit: earlier.record.unit, rate: earlier.record.itemsPerSecond,
        bytes: Double(earlier.manifest.outputBytes))
    }
    // As many files are no slices as before.
    let excluded = Double(earlier.manifest.counts?["excluded"] ?? 0)
    let now = files.map { $0 * (then > 0 ? then / (then + excluded) : 1) }
    slices[instance] = now
    let isAlike = try isEqual(
      ["convert.sizes", "convert.windows"], for: instance, earlier.manifest.parameters)
    let isSameSource = isSameSource(of: instance, earlier.manifest)
    return RunEstimate(
      items: now, unit: earlier.record.unit,
      rate: isAlike && isSameSource ? earlier.record.itemsPerSecond : nil,
      bytes: isAlike && isSameSource && then > 0
        ? now.map { Double(earlier.manifest.outputBytes) * $0 / then } : nil)
  }

  /// The files that a conversion will find; `nil` where the phantom's are not made yet.
  private func sourceFiles(of instance: StageInstance, _ earlier: EarlierRun?) throws -> Double? {
    guard let collection = instance.instance.flatMap(SliceCollection.init(rawValue:)) else {
      return nil
    }
    for case .outside(let key, let path) in pipeline.configuration.inputs(of: instance)
    where key != Configuration.keyFile {
      if let hashed = check.hashedInput(key, of: instance) { return Double(hashed.files) }
      return FolderFiles.count(path).map(Double.init)
    }
    let phantom = StageInstance(.phantom)
    guard let manifest = try check.manifest(of: phantom) else { return nil }
    let folder = pipeline.configuration.dicomFolder(collection, in: pipeline.layout)
      .lastPathComponent
    let files = manifest.outputs.count { $0.path.hasPrefix("\(folder)/") }
    let now = try pipeline.configuration.parameters(for: phantom)
    let ratio = Self.patients(collection, now) / Self.patients(collection, manifest.parameters)
    let fallback = earlier.map { $0.manifest.slices ?? $0.record.items } ?? 0
    let base = Double(files > 0 ? files : fallback)
    return base > 0 && ratio.isFinite ? base * (running.contains(phantom) ? ratio : 1) : nil
  }

  private func isSameSource(of instance: StageInstance, _ manifest: Manifest) -> Bool {
    pipeline.configuration.inputs(of: instance).allSatisfy { source in
      let then = manifest.inputs.first { $0.name == source.name }
      switch source {
      case .artifact: return then != nil
      case .outside(_, let path): return then?.path == path.resolvingSymlinksInPath().path
      }
    }
  }

  // MARK: What reads them

  private func other(_ instance: StageInstance, _ earlier: EarlierRun?) throws -> RunEstimate {
    guard let earlier else { return RunEstimate(items: nil, unit: nil, rate: nil, bytes: nil) }
    var estimate = earlier.scaled(try growth(of: instance, since: earlier.manifest))
    if instance.stage == .split, try !isConvertedAlike(since: earlier.manifest) {
      // It looks into the pictures.
      estimate.seconds = nil
    }
    // A page does not grow with the work.
    if instance.stage == .report { estimate.bytes = earlier.manifest.outputBytes }
    return estimate
  }

  /// The slices that it will read, divided by those that it read then; `nil` where either is not
  /// known.
  func growth(of instance: StageInstance, since manifest: Manifest) throws -> Double? {
    var (now, then) = (0.0, 0.0)
    for input in manifest.inputs {
      guard let source = input.artifact.flatMap({ try? StageInstance(parsing: $0) }),
        source.stage == .convert
      else { continue }
      let digest = try check.manifest(of: source)?.outputsDigest
      if !running.contains(source), digest == input.sha256 {
        let slices = Double(input.slices ?? 1)
        now += slices
        then += slices
      } else if let after = slices[source], let before = input.slices {
        now += after
        then += Double(before)
      } else {
        return nil
      }
    }
    return then > 0 ? now / then : 1
  }

  /// Whether the pictures will have the sizes and windows of those that were read then.
  private func isConvertedAlike(since manifest: Manifest) throws -> Bool {
    let convert = StageInstance(.convert, .train)
    guard let then = try source(convert, of: manifest)?.manifest else { return false }
    return try isEqual(["convert.sizes", "convert.windows"], for: convert, then.parameters)
  }

  /// An artifact as it was when it was an input, if it is still there.
  func source(_ instance: StageInstance, of manifest: Manifest) throws -> (
    manifest: Manifest, folder: URL
  )? {
    let hash = manifest.inputs.first { $0.artifact == instance.description }?.sha256
    if let current = try check.manifest(of: instance), current.outputsDigest == hash {
      return (current, pipeline.layout.directory(instance))
    }
    return try ArtifactHistory(of: instance, in: pipeline.layout).kept
      .first { $0.manifest.outputsDigest == hash }.map { ($0.manifest, $0.folder) }
  }

  /// Whether the keys have the same values now; one that neither has counts as the same.
  func isEqual(
    _ keys: [String], for instance: StageInstance, _ then: [String: JSONValue]
  ) throws -> Bool {
    let now = try pipeline.configuration.parameters(for: instance)
    return keys.allSatisfy { Recipe.isSame($0, now[$0] ?? .null, then[$0] ?? .null) }
  }
}

extension RunEstimates.EarlierRun {
  /// As much work of the same kind, times `ratio`.
  func scaled(_ ratio: Double?) -> RunEstimate {
    RunEstimate(
      items: ratio.map { Double(record.items) * $0 }, unit: record.unit,
      rate: record.itemsPerSecond, bytes: ratio.map { Double(manifest.outputBytes) * $0 })
  }
}
