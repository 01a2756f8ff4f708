import Diagnostics
import Foundation
import PipelineContract

extension PipelineRun {
  /// What happened and where to look.
  func text(for rows: [Row]) -> String {
    let places = placesToLook(after: rows)
    if rows.allSatisfy({ $0.result == .fresh }) {
      let count = Quantity.count(rows.count, "instance")
      return (["Nothing to do: \(count) up to date."] + places).joined(separator: "  ")
    }
    var table = TextTable(["instance", "result", "time", "size"], rightAligned: [2, 3])
    for row in rows {
      let manifest = row.isUpToDate ? try? check.manifest(of: row.instance) : nil
      table.add([
        row.instance.description, words(for: row.result),
        row.seconds.map { Quantity.duration($0) } ?? "",
        manifest.map { Quantity.size($0.outputBytes) } ?? "",
      ])
    }
    return ([table.text] + places).joined(separator: "\n")
  }

  private func words(for result: Result) -> String {
    switch result {
    case .ran: "done"
    case .fresh: "up to date"
    case .failed(let ending): Self.words(for: ending)
    case .waits(let instance): "not run, needs \(instance)"
    case .notReached: "not run"
    case .detached: "goes on without the driver"
    }
  }

  /// What this run made or found up to date, and the logs of what failed: nothing of earlier runs.
  private func placesToLook(after rows: [Row]) -> [String] {
    let results = [
      (StageInstance(.report), "report", ArtifactLayout.Report.index),
      (StageInstance(.merge), "submission", ArtifactLayout.Merge.submission),
    ]
    let files = results.filter { instance, _, _ in
      rows.contains { $0.instance == instance && $0.isUpToDate }
    }.map { instance, word, name in (word, pipeline.layout.file(name, of: instance)) }
    let logs = rows.filter(\.hasFailed).map { row in
      (
        "log of \(row.instance)",
        pipeline.layout.staging(row.instance).appendingPathComponent(ArtifactLayout.log)
      )
    }
    return (files + logs).compactMap { name, file in
      FileManager.default.fileExists(atPath: file.path) ? "\(name): \(file.path)" : nil
    }
  }
}

extension PipelineRun.Row {
  fileprivate var isUpToDate: Bool { result == .ran || result == .fresh }

  /// Whether its stage ended with an error, rather than because it was asked to.
  fileprivate var hasFailed: Bool {
    guard case .failed(let ending) = result else { return false }
    return ExitStatus(rawValue: ending.status)?.keepsWork != true
  }
}
