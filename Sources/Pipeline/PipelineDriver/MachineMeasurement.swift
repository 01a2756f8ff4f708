import Diagnostics
import Foundation
import PipelineContract

/// Measures on this machine what a plan has no figures for, by `ichor-bench machine`, which remembers them.
package enum MachineMeasurement {
  /// Whether an instance that never ran would run for an unknown time.
  package static func isWanted(for plan: RunPlan) -> Bool {
    plan.entries.contains {
      $0.runs && $0.status.manifest == nil && $0.estimate.seconds == nil
    }
  }

  /// - Returns: whether it measured anything; where it could not, the plan says what it knows.
  package static func run(for pipeline: Pipeline) -> Bool {
    let program = pipeline.programs.appendingPathComponent("ichor-bench")
    guard FileManager.default.isExecutableFile(atPath: program.path) else { return false }
    let process = Process()
    process.executableURL = program
    process.arguments =
      ["machine", "--config", pipeline.configurationFile.path]
      + pipeline.overrides.flatMap { ["--set", $0] }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
