import Diagnostics
import Foundation
import PipelineContract

/// Every artifact that there is, in its place or replaced, and the unfinished work: `./ichor runs`.
package struct ArtifactRuns {
  enum Kind: String {
    /// In its place.
    case current
    /// Replaced, and kept.
    case kept
    /// Interrupted work, in its place or set aside.
    case unfinished
  }

  struct Row {
    let instance: StageInstance
    let id: String
    let kind: Kind
    let record: RunRecord?
    let bytes: Int
    let metric: (name: String, value: Double)?
    /// What differs from the present parameters; `nil` where the configuration lacks the instance.
    let differences: [StaleReason]?
  }

  let rows: [Row]

  /// - Parameter text: `STAGE` or `STAGE/INSTANCE`; `nil` for all.
  /// - Throws: `IchorError`: `.usage` for a name that is neither on the disk nor in the configuration;
  ///   what `StalenessCheck.reasons` throws.
  package init(_ pipeline: Pipeline, named text: String?) throws {
    let check = StalenessCheck(pipeline)
    let instances =
      try text.map { try pipeline.instances(named: $0) }
      ?? Stage.allCases.flatMap { try pipeline.layout.instancesOnDisk(of: $0).sorted() }
    let known = Set(pipeline.configuration.instances)
    rows = try instances.flatMap { instance in
      let parameters =
        known.contains(instance) ? try pipeline.configuration.parameters(for: instance) : nil
      return try Self.rows(
        of: ArtifactHistory(of: instance, in: pipeline.layout), check: check, parameters)
    }
  }

  private static func rows(
    of history: ArtifactHistory, check: StalenessCheck, _ parameters: [String: JSONValue]?
  ) throws -> [Row] {
    func row(_ artifact: ArtifactHistory.Kept, _ kind: Kind) throws -> Row {
      Row(
        instance: history.instance, id: artifact.id, kind: kind,
        record: try check.record(in: artifact.folder), bytes: artifact.manifest.outputBytes,
        metric: ArtifactMetrics(artifact).headline,
        differences: parameters.map {
          StaleReason.differences(from: artifact.manifest.parameters, to: $0)
        })
    }
    let staged = try history.stagedWork.map { [$0] } ?? []
    let work = try (staged + history.work).map { work in
      Row(
        instance: history.instance, id: work.id, kind: .unfinished,
        record: try check.record(in: work.folder), bytes: FolderFiles.size(work.folder).bytes,
        metric: nil,
        differences: parameters.map {
          StaleReason.differences(from: work.recipe.parameters, to: $0)
        })
    }
    return try (history.current.map { [try row($0, .current)] } ?? [])
      + history.kept.map { try row($0, .kept) } + work
  }

  /// `{"runs":[…]}`, as `runs --json` prints it.
  package var json: JSONValue {
    .object(["runs": .array(rows.map { .object($0.json) })])
  }

  /// One row for each.
  package var text: String {
    if rows.isEmpty { return "There is no artifact yet; “./ichor run” makes them." }
    var table = TextTable(
      ["artifact", "is", "made", "took", "size", "result", "differs from now"],
      rightAligned: [3, 4])
    for row in rows {
      table.add([
        "\(row.instance)@\(row.id)", row.kind.rawValue, row.record?.startedAt ?? "",
        row.record.map { Quantity.duration($0.seconds) } ?? "", Quantity.size(row.bytes),
        row.metric.map { "\($0.name) \(Quantity.short($0.value))" } ?? "",
        row.differences.map { StaleReason.summary($0) } ?? "not in this configuration",
      ])
    }
    return table.text
  }
}

extension ArtifactRuns.Row {
  var json: [String: JSONValue] {
    [
      "stage": .string(instance.stage.rawValue),
      "instance": instance.instance.map { .string($0) } ?? .null,
      "id": .string(id),
      "state": .string(kind.rawValue),
      "startedAt": record.map { .string($0.startedAt) } ?? .null,
      "seconds": record.map { .number($0.seconds) } ?? .null,
      "bytes": .integer(bytes),
      "metric": metric.map { .string($0.name) } ?? .null,
      "value": metric.map { $0.value.isFinite ? .number($0.value) : .null } ?? .null,
      "differences": differences.map { .array($0.map { .string($0.description) }) } ?? .null,
    ]
  }
}

extension Quantity {
  /// A count as it is, anything else with four decimals.
  static func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? fixed(value, 0) : fixed(value, 4)
  }
}
