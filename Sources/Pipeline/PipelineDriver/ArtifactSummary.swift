import ArtifactTables
import Diagnostics
import Foundation
import OperatingSystem
import PipelineConfiguration
import PipelineContract

/// An artifact on one screen: what it was made from, what is in it, how its run went.
package struct ArtifactSummary {
  private let instance: StageInstance
  private let manifest: Manifest
  private let record: RunRecord?
  private let folder: URL

  /// - Throws: `IchorError`: `.inputMissing` where there is no such artifact, `.badData` where its
  ///   manifest is malformed.
  package init(_ instance: StageInstance, in layout: ArtifactLayout) throws {
    self.instance = instance
    folder = layout.directory(instance)
    let file = layout.manifest(instance)
    guard try FileStatus.of(file) != nil else {
      throw IchorError(
        .inputMissing, code: "artifact-missing", "There is no artifact \(instance)",
        remedy: "Make it with “./ichor run \(instance)”.", at: folder.path)
    }
    manifest = try CanonicalJSON.read(Manifest.self, from: file)
    record = try CanonicalJSON.readIfWhole(
      RunRecord.self, from: folder.appendingPathComponent(ArtifactLayout.run))
  }

  /// The artifacts that `STAGE` or `STAGE/INSTANCE` names.
  ///
  /// - Throws: `IchorError`: `.usage` for an unknown name, `.inputMissing` where none exists.
  package static func named(_ text: String, in pipeline: Pipeline) throws -> [ArtifactSummary] {
    let named = try pipeline.graph.named(by: [text]).sorted()
    let present = try named.filter {
      try FileStatus.of(pipeline.layout.manifest($0)) != nil
    }
    return try (present.isEmpty ? named : present).map {
      try ArtifactSummary($0, in: pipeline.layout)
    }
  }

  package var text: String {
    var lines = ["\(instance)  \(folder.path)"]
    if let record {
      lines.append(
        "  made \(record.startedAt) in \(Quantity.duration(record.seconds)): \(record.items) "
          + "\(record.unit), \(Quantity.fixed(record.itemsPerSecond, 1)) per second, at most "
          + "\(Quantity.size(record.peakRSSBytes)) of memory")
      let versions = record.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      lines.append("  by \(manifest.program.name) (\(versions.joined(separator: ", ")))")
    }
    if manifest.parameters[SplitParameters.redrawKey] == .bool(true) {
      lines.append(
        "  \(LeakyStamp.word): trained on what it was validated on; every loss here flatters it")
    }
    lines.append(section("counts", ["of", "count"], counts))
    lines.append(section("parameters", ["key", "value"], parameters))
    lines.append(section("inputs", ["input", "hash", "files", "size"], inputs))
    lines.append(section("outputs", ["output", "size", "rows"], outputs))
    return lines.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func section(_ title: String, _ header: [String], _ rows: [[String]]) -> String {
    if rows.isEmpty { return "" }
    var table = TextTable(header, rightAligned: Set(1..<header.count))
    if title == "parameters" { table = TextTable(header) }
    rows.forEach { table.add($0) }
    let body = table.text.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
    return "  \(title)\n\(body)"
  }

  private var counts: [[String]] {
    (manifest.counts ?? [:]).sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)"] }
  }

  private var parameters: [[String]] {
    manifest.parameters.sorted { $0.key < $1.key }.map { [$0.key, $0.value.description] }
  }

  private var inputs: [[String]] {
    manifest.inputs.map { input in
      [
        input.name, String(input.sha256.prefix(8)), "\(input.files)", Quantity.size(input.bytes),
      ]
    }
  }

  /// Files, but a folder of more than a few as one row.
  private var outputs: [[String]] {
    let groups = Dictionary(grouping: manifest.outputs) { output in
      output.path.split(separator: "/").dropLast().joined(separator: "/")
    }
    return groups.sorted { $0.key < $1.key }.flatMap { folder, files -> [[String]] in
      if folder.isEmpty || files.count <= 4 {
        return files.map { [$0.path, Quantity.size($0.bytes), rows(of: $0.path)] }
      }
      let bytes = files.reduce(0) { $0 &+ $1.bytes }
      return [["\(folder)/ (\(files.count) files)", Quantity.size(bytes), ""]]
    }
  }

  /// Rows below the header of a CSV file; empty for other files.
  private func rows(of path: String) -> String {
    guard path.hasSuffix(".csv") else { return "" }
    do {
      return "\(try TableLength.rows(in: folder.appendingPathComponent(path)))"
    } catch {
      return "unreadable"
    }
  }
}
