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

      With --jobs, as many stages run at a time as processors and free memory allow, as far as \
      earlier runs recorded what they took. The processors are divided among them; train and predict, \
      whose sums depend on the number of threads, keep compute.threads. Results are the same.

      A stage that runs stops, its work kept, when the driver ends, even by kill -9 or with its \
      terminal; with --detach it goes on then, and only SIGINT and SIGTERM to the driver stop it.

      EXAMPLE: ./ichor run train/resnet50 --set train.resnet50.epochs=8

      KEYS of the configuration and of --set, with their defaults:
      \(Configuration.keysForHelp)
      """)

  enum Progress: String, ExpressibleByArgument, CaseIterable {
    case auto, bar, plain, none
  }

  @Argument(
    help: ArgumentHelp("STAGE or STAGE/INSTANCE; all if none given.", valueName: "stage"),
    completion: .instances)
  var instances: [String] = []

  @OptionGroup var options: PipelineOptions
  @OptionGroup var strictness: ProgramStrictness

  @Flag(help: "Run the named instances, or all, even if they are up to date.")
  var force = false

  @Flag(help: "After a failure, go on with whatever does not depend on it.")
  var keepGoing = false

  @Option(help: ArgumentHelp("The most stages at a time.", valueName: "number"))
  var jobs = 1

  @Flag(help: "Wait for what another run holds, instead of ending with 75.")
  var wait = false

  @Flag(help: "Let the stages that run go on where the driver is killed or its terminal closes.")
  var detach = false

  @Flag(help: "Begin although earlier runs suggest that there is too little room on the disk.")
  var ignoreRoom = false

  @Option(help: ArgumentHelp("How progress is shown on standard error.", valueName: "style"))
  var progress = Progress.auto

  func validate() throws {
    if jobs < 1 { throw ValidationError("--jobs must be 1 or more.") }
  }

  func run() throws {
    StandardStream.outliveReaders()
    var settings = PipelineRun.Options()
    settings.named = instances
    settings.force = force
    settings.keepGoing = keepGoing
    settings.progress = progress.rawValue
    settings.jobs = jobs
    settings.wait = wait
    settings.detach = detach
    settings.ignoreRoom = ignoreRoom
    let run = PipelineRun(
      try options.pipeline(strictProgram: strictness.strictProgram), settings)
    let outcome = try run.perform()
    guard outcome.status == 0 else {
      // Why the run failed matters more than a reader that has gone.
      StandardStream.output.tell("\(outcome.text)\n")
      throw ExitCode(outcome.status)
    }
    try StandardStream.output.write("\(outcome.text)\n")
  }
}
