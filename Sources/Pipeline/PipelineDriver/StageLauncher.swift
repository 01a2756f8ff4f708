import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract

/// Starts the stages of a run: with which arguments, streams and surroundings.
struct StageLauncher {
  private let run: PipelineRun
  private let relay: SignalRelay
  private let display: RunDisplay
  private let progress: String
  /// The write end stays with the driver as long as it lives.
  private let lifeline: (reader: OpenFile, writer: OpenFile)?

  /// Whether the driver draws the bars: one stage alone does so itself.
  let drawsBars: Bool

  private var isAlone: Bool { run.options.jobs == 1 }

  /// - Throws: `IchorError(.internalFault)` where there is no pipe to be had.
  init(_ run: PipelineRun, _ relay: SignalRelay, _ display: RunDisplay) throws {
    self.run = run
    self.relay = relay
    self.display = display
    let wanted = run.options.progress
    let isTerminal = isatty(STDERR_FILENO) == 1
    drawsBars = run.options.jobs > 1 && (wanted == "bar" || (wanted == "auto" && isTerminal))
    progress =
      run.options.jobs == 1 ? wanted : drawsBars ? "none" : wanted == "auto" ? "plain" : wanted
    do {
      lifeline = run.options.detach ? nil : try OpenFile.pipe()
    } catch {
      throw IchorError(
        .internalFault, code: "pipe", "There is no pipe to start stages with",
        remedy: "Check how many files this user may open (ulimit -n).", cause: error)
    }
  }

  /// - Parameter threads: for a stage that runs beside others.
  /// - Throws: `IchorError(.internalFault)` where it cannot be started.
  func start(_ instance: StageInstance, isForced: Bool, threads: Int) throws -> StageProcess {
    var arguments: [String] = []
    if let name = instance.instance { arguments += ["--instance", name] }
    arguments += ["--config", run.pipeline.configurationFile.path]
    arguments += ["--artifacts", run.pipeline.layout.root.path]
    for override in run.pipeline.overrides { arguments += ["--set", override] }
    arguments += ["--progress", progress]
    if isForced { arguments.append("--force") }
    if run.options.wait { arguments.append("--wait") }
    if run.pipeline.strictProgram { arguments.append("--strict-program") }
    var surroundings = StageProcess.Surroundings(relay: relay, lifeline: lifeline?.reader)
    if !isAlone {
      arguments += ["--threads", "\(threads)"]
      surroundings.environment = Self.sharing
      surroundings.listener = { [display] stream, line in
        let text = RunDisplay.labelled(line, instance)
        if stream == .error { display.line(text) } else { display.result(text) }
      }
    }
    return try StageProcess(
      starting: run.pipeline.program(of: instance.stage), arguments: arguments, surroundings)
  }

  /// OpenMP's threads must not spin while they wait for each other: another stage needs the
  /// processor. What the user has set stays.
  private static var sharing: [String: String] {
    let known = ProcessInfo.processInfo.environment
    let isSet = known["OMP_WAIT_POLICY"] != nil || known["GOMP_SPINCOUNT"] != nil
    return isSet ? [:] : ["OMP_WAIT_POLICY": "passive"]
  }
}
