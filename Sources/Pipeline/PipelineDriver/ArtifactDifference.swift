import Diagnostics
import Foundation
import PipelineContract

/// Two artifacts of one stage side by side: `./ichor diff A B`.
package struct ArtifactDifference {
  private struct Side {
    let artifact: ArtifactHistory.Kept
    let record: RunRecord?
    let parameters: [String: JSONValue]
    let metrics: [String: Double]

    var reference: String { "\(Recipe(of: artifact.manifest).instance)@\(artifact.id)" }
  }

  private let left: Side
  private let right: Side
  /// The names of both sides' metrics, the most important first.
  private let metrics: [String]

  /// - Throws: `IchorError`: `.usage` where the texts name no artifacts or those of two stages,
  ///   `.inputMissing` where one is not there.
  package init(_ pipeline: Pipeline, _ first: String, _ second: String) throws {
    let references = try [first, second].map { try ArtifactReference(parsing: $0) }
    guard references[0].instance.stage == references[1].instance.stage else {
      throw IchorError(
        .usage, code: "diff-stages",
        "\(references[0].instance) and \(references[1].instance) are of two stages",
        remedy: "Name two artifacts of one stage, such as train/resnet50 and train/resnet50@ID.")
    }
    let artifacts = try references.map { try $0.find(in: pipeline.layout) }
    let instances = Set(references.map(\.instance))
    let tables = artifacts.map { ArtifactMetrics($0).values }
    let sides = zip(artifacts, tables).map { artifact, metrics in
      Side(
        artifact: artifact,
        record: try? CanonicalJSON.read(
          RunRecord.self, from: artifact.folder.appendingPathComponent(ArtifactLayout.run)),
        parameters: instances.count == 1
          ? artifact.manifest.parameters : Self.parameters(artifact.manifest),
        metrics: Dictionary(
          metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }))
    }
    (left, right) = (sides[0], sides[1])
    let names = tables[0].map(\.name)
    metrics = names + tables[1].map(\.name).filter { !names.contains($0) }
  }

  /// Two networks have the same keys below their names.
  private static func parameters(_ manifest: Manifest) -> [String: JSONValue] {
    let own = "\(manifest.stage.rawValue).\(manifest.instance ?? "")."
    return Dictionary(
      manifest.parameters.map { key, value in
        (
          key.hasPrefix(own)
            ? "\(manifest.stage.rawValue).NAME.\(key.dropFirst(own.count))" : key, value
        )
      }, uniquingKeysWith: { first, _ in first })
  }

  private var keys: [String] {
    Set(left.parameters.keys).union(right.parameters.keys).sorted().filter { key in
      switch (left.parameters[key], right.parameters[key]) {
      case (let one?, let other?): !one.isSame(as: other)
      default: true
      }
    }
  }

  private var inputs: [(name: String, left: String?, right: String?)] {
    let (one, other) = (left.artifact.manifest.inputs, right.artifact.manifest.inputs)
    var names: [String] = []
    for input in one + other where !names.contains(input.name) { names.append(input.name) }
    return names.map { name in
      (
        name, one.first { $0.name == name }?.sha256, other.first { $0.name == name }?.sha256
      )
    }.filter { $0.1 != $0.2 }
  }

  private var hasEqualOutputs: Bool {
    left.artifact.manifest.outputsDigest == right.artifact.manifest.outputsDigest
  }

  /// What differs of the parameters and inputs, and all metrics.
  package var text: String {
    var table = TextTable(["", left.reference, right.reference])
    let record = { (side: Side, text: (RunRecord) -> String) in side.record.map(text) ?? "" }
    table.add(["made", record(left, \.startedAt), record(right, \.startedAt)])
    let took = { (record: RunRecord) in Quantity.duration(record.seconds) }
    table.add(["took", record(left, took), record(right, took)])
    let size = { (side: Side) in Quantity.size(side.artifact.manifest.outputBytes) }
    table.add(["size", size(left), size(right)])
    let version = { (side: Side) in
      side.artifact.manifest.program.resultsVersion.map(String.init) ?? "(none)"
    }
    if version(left) != version(right) {
      table.add(["results version", version(left), version(right)])
    }
    for key in keys {
      let value = { (side: Side) in side.parameters[key]?.description ?? "(none)" }
      table.add([key, value(left), value(right)])
    }
    for input in inputs {
      let hash = { (text: String?) in text.map { String($0.prefix(8)) } ?? "(none)" }
      table.add(["input \(input.name)", hash(input.left), hash(input.right)])
    }
    for name in metrics {
      let value = { (side: Side) in side.metrics[name].map { Quantity.short($0) } ?? "–" }
      table.add([name, value(left), value(right)])
    }
    let equal = Set(left.parameters.keys).union(right.parameters.keys).count - keys.count
    let outputs = hasEqualOutputs ? "Their outputs are equal." : "Their outputs differ."
    return "\(table.text)\n\(Quantity.count(equal, "parameter")) equal. \(outputs)"
  }

  /// As `diff --json` prints it.
  package var json: JSONValue {
    let side = { (side: Side) -> JSONValue in
      .object([
        "stage": .string(side.artifact.manifest.stage.rawValue),
        "instance": side.artifact.manifest.instance.map { .string($0) } ?? .null,
        "id": .string(side.artifact.id),
        "startedAt": side.record.map { .string($0.startedAt) } ?? .null,
        "seconds": side.record.map { .number($0.seconds) } ?? .null,
        "bytes": .integer(side.artifact.manifest.outputBytes),
      ])
    }
    func pair(_ name: String, _ key: String, _ a: JSONValue?, _ b: JSONValue?) -> JSONValue {
      .object([name: .string(key), "a": a ?? .null, "b": b ?? .null])
    }
    let number = { (value: Double?) -> JSONValue? in
      value.flatMap { $0.isFinite ? .number($0) : nil }
    }
    return .object([
      "a": side(left), "b": side(right),
      "parameters": .array(
        keys.map { pair("key", $0, left.parameters[$0], right.parameters[$0]) }),
      "inputs": .array(
        inputs.map {
          pair("input", $0.name, $0.left.map { .string($0) }, $0.right.map { .string($0) })
        }),
      "metrics": .array(
        metrics.map { pair("name", $0, number(left.metrics[$0]), number(right.metrics[$0])) }),
      "equalOutputs": .bool(hasEqualOutputs),
    ])
  }
}
