import Diagnostics
import Foundation
import PipelineConfiguration
import PipelineContract

/// What every command of the driver works on: a configuration, a folder of artifacts, and the
/// executables of the stages.
package struct Pipeline: Sendable {
  package let configuration: Configuration
  package let layout: ArtifactLayout
  /// The file and overrides, which the stages are given to read again.
  package let configurationFile: URL
  package let overrides: [String]
  /// The folder of the stages' executables.
  package let programs: URL
  /// What the estimates of first runs rest on.
  let speeds: MeasuredSpeeds
  /// Whether another build of a program makes its artifacts stale, even if its results are the same.
  package let strictProgram: Bool

  /// Loads the configuration.
  ///
  /// - Throws: `IchorError`: `.inputMissing` where there is no file, `.configuration` for whatever
  ///   is wrong in it.
  package init(
    configurationFile: URL, overrides: [String] = [], artifacts: URL,
    programs: URL = Pipeline.ownFolder, strictProgram: Bool = false,
    speeds: MeasuredSpeeds = .standard
  ) throws {
    configuration = try Configuration.load(file: configurationFile, overrides: overrides)
    layout = ArtifactLayout(root: artifacts)
    try configuration.requireWeights(outside: layout)
    self.configurationFile = configurationFile
    self.overrides = overrides
    self.programs = programs
    self.speeds = speeds
    self.strictProgram = strictProgram
  }

  package var graph: StageGraph { StageGraph(configuration) }

  /// The folder of the running executable, which also holds the stages'.
  package static var ownFolder: URL {
    let executable =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments.first ?? ""
    return URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
  }

  /// A file or folder in the repository, which the script `ichor` names in `ICHOR_ROOT`; without
  /// the script, in the current folder.
  package static func defaultPath(_ name: String) -> String {
    guard let root = ProcessInfo.processInfo.environment["ICHOR_ROOT"], !root.isEmpty else {
      return name
    }
    return "\(root)/\(name)"
  }

  /// The instances that `STAGE` or `STAGE/INSTANCE` names, of the configuration or on the disk.
  ///
  /// - Throws: `IchorError(.usage)` for a name that is neither.
  func instances(named text: String) throws -> [StageInstance] {
    guard let wanted = try? StageInstance(parsing: text) else {
      return try graph.named(by: [text]).sorted()
    }
    let onDisk = try layout.instancesOnDisk(of: wanted.stage)
    if wanted.stage.hasInstances, wanted.instance == nil { return onDisk.sorted() }
    if !onDisk.contains(wanted) { _ = try graph.named(by: [text]) }
    return [wanted]
  }

  func program(of stage: Stage) -> URL { programs.appendingPathComponent(stage.executable) }
}
