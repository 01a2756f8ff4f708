import Diagnostics
import Foundation
import PipelineContract

extension PipelineRun {
  /// What happened and where to look.
  func text(for rows: [Row]) -> String {
    let places = placesToLook()
    if rows.allSatisfy({ $0.result == .fresh }) {
      let count = Quantity.count(rows.count, "instance")
      return (["Nothing to do: \(count) up to date."] + places).joined(separator: "  ")
    }
    var table = TextTable(["instance", "result", "time", "size"], rightAligned: [2, 3])
    for row in rows {
      let manifest = try? check.manifest(of: row.instance)
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
    }
  }

  private func placesToLook() -> [String] {
    let files = [
      ("report", pipeline.layout.file(ArtifactLayout.Report.index, of: StageInstance(.report))),
      (
        "submission",
        pipeline.layout.file(ArtifactLayout.Merge.submission, of: StageInstance(.merge))
      ),
    ]
    return files.compactMap { name, file in
      guard FileManager.default.fileExists(atPath: file.path) else { return nil }
      return "\(name): \(file.path)"
    }
  }
}
