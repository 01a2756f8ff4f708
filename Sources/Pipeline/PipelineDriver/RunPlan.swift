import Diagnostics
import Foundation
import PipelineContract

/// What a run would do, instance by instance.
package struct RunPlan: Sendable {
  package struct Entry: Sendable {
    package let status: InstanceStatus
    /// Whether the run brings it up to date, being among what it was asked for.
    package let isSelected: Bool
    /// Whether it is started; with equal outputs upstream it may turn out unnecessary.
    package let runs: Bool
    /// Why it runs.
    package let reasons: [StaleReason]
    /// Artifacts it needs that are missing and that the run was not asked to make.
    package let waitsFor: [StageInstance]
    package let estimate: RunEstimate

    package var instance: StageInstance { status.instance }
  }

  package let entries: [Entry]

  /// - Parameters:
  ///   - named: `STAGE` or `STAGE/INSTANCE`; empty for all.
  ///   - force: run the named ones although they are fresh.
  /// - Throws: `IchorError`: `.usage` for an unknown name, `.inputMissing` where the executable of
  ///   an instance that runs is not built.
  package init(_ pipeline: Pipeline, named texts: [String] = [], force: Bool = false) throws {
    let selection = try RunSelection(pipeline.graph, named: texts)
    let check = StalenessCheck(pipeline)
    let estimates = RunEstimates(check)
    var running: Set<StageInstance> = []
    entries = try check.statuses().map { status in
      let instance = status.instance
      let upstream = pipeline.graph.dependencies(of: instance)
      let isForced = force && selection.named.contains(instance)
      let own = status.reasons.filter { if case .upstreamStale = $0 { false } else { true } }
      let reasons = (isForced ? own.forced : own)
        .joined(byUpstream: upstream.filter(running.contains))
      let isSelected = selection.instances.contains(instance)
      let waitsFor = try upstream.filter {
        try !running.contains($0) && check.manifest(of: $0) == nil
      }
      let runs = isSelected && !reasons.isEmpty && waitsFor.isEmpty
      if runs {
        try check.requireProgram(of: instance.stage)
        running.insert(instance)
      }
      return Entry(
        status: status, isSelected: isSelected, runs: runs, reasons: isSelected ? reasons : [],
        waitsFor: isSelected ? waitsFor : [],
        estimate: try estimates.next(status, reasons: runs ? reasons : []))
    }
  }

  /// `{"instances":[…]}`, as `plan --json` prints it.
  package var json: JSONValue {
    let elements = entries.map { entry in
      var element = entry.status.json
      element["action"] = .string(entry.runs ? "run" : "skip")
      element["reasons"] = .array(
        (entry.runs ? entry.reasons : entry.status.reasons).map { .string($0.description) })
      element["waitsFor"] = .array(entry.waitsFor.map { .string($0.description) })
      element["items"] = entry.estimate.items.map { .integer($0) } ?? .null
      element["unit"] = entry.estimate.unit.map { .string($0) } ?? .null
      element["seconds"] = entry.estimate.seconds.map { .number($0) } ?? .null
      element["bytes"] = entry.estimate.bytes.map { .integer($0) } ?? .null
      return JSONValue.object(element)
    }
    return .object(["instances": .array(elements)])
  }

  /// What runs and why, or one line when nothing does.
  package var text: String {
    let selected = entries.filter { $0.isSelected }
    let running = selected.filter { $0.runs }
    let waiting = selected.filter { !$0.waitsFor.isEmpty }
    if running.isEmpty, waiting.isEmpty {
      return "Nothing to do: \(Quantity.count(selected.count, "instance")) up to date."
    }
    var lines: [String] = []
    if !running.isEmpty {
      var table = TextTable(["run", "items", "time", "disk", "why"], rightAligned: [1, 2, 3])
      for entry in running {
        let estimate = entry.estimate
        table.add([
          entry.instance.description,
          estimate.items.map { "\($0) \(estimate.unit ?? "")" } ?? "?",
          estimate.seconds.map { Quantity.duration($0) } ?? "?",
          estimate.bytes.map { Quantity.size($0) } ?? "?",
          StaleReason.summary(entry.reasons, limit: 4),
        ])
      }
      lines.append(table.text)
      let seconds = running.compactMap(\.estimate.seconds)
      let unknown = running.count - seconds.count
      let total = Quantity.duration(seconds.reduce(0, +))
      if seconds.isEmpty {
        lines.append("How long it takes is not known: no earlier run is like it.")
      } else {
        lines.append(
          unknown == 0
            ? "About \(total) in all."
            : "About \(total) in all, not counting \(Quantity.count(unknown, "instance")) without an "
              + "earlier run like it.")
      }
      if running.contains(where: { $0.status.manifest == nil && $0.estimate.seconds != nil }) {
        lines.append(
          "What never ran is estimated from steps and slices that were measured on this machine; "
            + "split, merge and report by rules of thumb.")
      }
    }
    for entry in waiting {
      lines.append(
        "\(entry.instance) is not run: it needs "
          + entry.waitsFor.map(\.description).joined(separator: ", ")
          + ", not asked for and missing.")
    }
    let fresh = selected.count - running.count - waiting.count
    if fresh > 0 { lines.append("\(Quantity.count(fresh, "instance")) up to date.") }
    return lines.joined(separator: "\n")
  }
}

/// Which instances a run was asked to bring up to date.
struct RunSelection {
  let named: Set<StageInstance>
  /// The named ones, what they depend on, and what depends on them.
  let instances: Set<StageInstance>

  init(_ graph: StageGraph, named texts: [String]) throws {
    named = try graph.named(by: texts)
    instances = named.union(graph.ancestors(of: named)).union(graph.descendants(of: named))
  }
}
