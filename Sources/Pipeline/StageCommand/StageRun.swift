import Diagnostics
import Foundation
import OperatingSystem
import PipelineConfiguration
import PipelineContract

/// The life of a stage executable, from its options to its exit status.
package enum StageRun {
  /// Runs the body for the requested instance and publishes what it wrote; ends the process.
  ///
  /// - Parameter body: writes the outputs into the context's staging folder.
  package static func execute(
    _ stage: Stage, _ options: StageOptions, body: (StageContext) throws -> StageSummary
  ) -> Never {
    if stage.dependsOnThreads { OpenMPWaiting.shorten() }
    StandardStream.reserveNumbers()
    ProcessSignals.prepare()
    // A reader that goes away must not end the job halfway.
    StandardStream.outliveReaders()
    let terminal = Terminal()
    do {
      try ProcessRoom.require(threads: 1)
    } catch {
      let failure = ProgramFailure(error)
      terminal.line(failure.line(program: stage.executable))
      // Not `exit`: the end of OpenBLAS waits for threads, which wait for the memory for ever.
      _exit(failure.status.rawValue)
    }
    let cancellation = Cancellation()
    let signals = StopSignals(cancelling: cancellation) { sentence in
      terminal.line("\(stage.executable): \(sentence)")
    }
    if let driver = DriverLifeline.inherited() {
      DriverLifeline.watch(driver) {
        if cancellation.requested != nil { return }
        cancellation.request(signal: SIGTERM)
        terminal.line(
          "\(stage.executable): the driver has ended; stopping: work done so far is kept")
      }
    }
    let session = StageSession(
      stage: stage, options: options, terminal: terminal, cancellation: cancellation,
      program: URL(filePath: "/proc/self/exe").resolvingSymlinksInPath(),
      // The artifact is the result: it is there even if nobody can read about it.
      result: { StandardStream.output.tell("\($0)\n") })
    let status = session.perform(body)
    withExtendedLifetime(signals) { exit(status.rawValue) }
  }
}
