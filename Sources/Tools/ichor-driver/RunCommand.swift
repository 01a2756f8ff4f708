import ArgumentParser
import Diagnostics
import PipelineConfiguration
import PipelineDriver

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Brings artifacts up to date; runs only what is stale.",
    discussion: """
      A named instance brings along what it depends on and what depends on it.

      EXAMPLE: ./ichor run train/resnet50 --set train.resnet50.epochs=8

      KEYS of the configuration and of --set, with their defaults:
      \(Configuration.keysForHelp)
      """)

  enum Progress: String, ExpressibleByArgument, CaseIterable {
    case auto, bar, plain, none
  }

  @Argument(help: ArgumentHelp("STAGE or STAGE/INSTANCE; all if none given.", valueName: "stage"))
  var instances: [String] = []

  @OptionGroup var options: PipelineOptions
  @OptionGroup var strictness: ProgramStrictness

  @Flag(help: "Run the named instances, or all, even if they are up to date.")
  var force = false

  @Flag(help: "After a failure, go on with whatever does not depend on it.")
  var keepGoing = false

  @Option(help: ArgumentHelp("How progress is shown on standard error.", valueName: "style"))
  var progress = Progress.auto

  func run() throws {
    StandardStream.outliveReaders()
    let run = PipelineRun(
      try options.pipeline(strictProgram: strictness.strictProgram),
      PipelineRun.Options(
        named: instances, force: force, keepGoing: keepGoing, progress: progress.rawValue),
      note: { StandardStream.error.tell("\($0)\n") })
    let outcome = try run.perform()
    guard outcome.status == 0 else {
      // Why the run failed matters more than a reader that has gone.
      StandardStream.output.tell("\(outcome.text)\n")
      throw ExitCode(outcome.status)
    }
    try StandardStream.output.write("\(outcome.text)\n")
  }
}
