import Foundation
import PipelineConfiguration
import PipelineContract

/// How much work an instance is, by what its last run recorded; `nil` where nothing is known.
package struct RunEstimate: Sendable {
  package let items: Int?
  package let unit: String?
  package let seconds: Double?
  package let bytes: Int?

  /// Finds the last record of an instance and scales it to the present parameters and inputs.
  struct Source {
    private let pipeline: Pipeline
    private let check: StalenessCheck

    init(_ pipeline: Pipeline, _ check: StalenessCheck) {
      self.pipeline = pipeline
      self.check = check
    }

    func estimate(for status: InstanceStatus) throws -> RunEstimate {
      guard let manifest = status.manifest,
        let record = try check.record(in: pipeline.layout.directory(status.instance))
      else { return RunEstimate(items: nil, unit: nil, seconds: nil, bytes: nil) }
      let scale = try scale(of: status.instance, since: manifest)
      let items = Double(record.items) * scale
      // A checkpoint and a page do not grow with the work.
      let grows = status.instance.stage != .train && status.instance.stage != .report
      return RunEstimate(
        items: Int(exactly: items.rounded()), unit: record.unit,
        seconds: record.itemsPerSecond > 0 ? items / record.itemsPerSecond : record.seconds,
        bytes: Int(exactly: (Double(manifest.outputBytes) * (grows ? scale : 1)).rounded()))
    }

    /// The work now divided by the work then.
    private func scale(of instance: StageInstance, since manifest: Manifest) throws -> Double {
      let now = try pipeline.configuration.parameters(for: instance)
      let sum = { (keys: [String], parameters: [String: JSONValue]) -> Double in
        keys.compactMap { parameters[$0]?.number }.reduce(0, +)
      }
      switch instance.stage {
      case .phantom:
        let keys = ["phantom.train_patients", "phantom.test_patients"]
        return Self.ratio(sum(keys, now), sum(keys, manifest.parameters))
      case .train:
        let keys = ["train.\(instance.instance ?? "").epochs"]
        return Self.ratio(sum(keys, now), sum(keys, manifest.parameters))
          * (try inputGrowth(of: instance, since: manifest))
      case .convert, .split, .predict, .merge, .report:
        return try inputGrowth(of: instance, since: manifest)
      }
    }

    /// Growth of the slices it reads, in bytes of the first artifact that holds some.
    private func inputGrowth(of instance: StageInstance, since manifest: Manifest) throws -> Double
    {
      let then = manifest.inputs.filter { Self.holdsSlices($0.artifact) }
      let artifacts = then.compactMap { $0.artifact.flatMap { try? StageInstance(parsing: $0) } }
      let now = try artifacts.map { try check.manifest(of: $0)?.outputBytes ?? 0 }
      return Self.ratio(
        Double(now.reduce(0, +)), Double(then.reduce(0) { $0 + $1.bytes }))
    }

    private static func holdsSlices(_ artifact: String?) -> Bool {
      artifact.map { $0.hasPrefix(Stage.convert.rawValue) || $0 == Stage.phantom.rawValue } ?? false
    }

    private static func ratio(_ now: Double, _ then: Double) -> Double {
      now > 0 && then > 0 ? now / then : 1
    }
  }
}

extension JSONValue {
  fileprivate var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
