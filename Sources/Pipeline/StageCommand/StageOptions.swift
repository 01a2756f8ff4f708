import ArgumentParser
import Diagnostics
import Foundation
import PipelineConfiguration
import PipelineContract

/// The options that every stage executable takes.
package struct StageOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Which instance of the stage, such as a collection or a model.",
      discussion: "A stage without instances takes none.", valueName: "name"))
  package var instance: String?

  @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
  package var config = "pipeline.yaml"

  @Option(help: ArgumentHelp("The folder of all artifacts.", valueName: "folder"))
  package var artifacts = "artifacts"

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Overrides one key of the configuration; may be repeated.", valueName: "key=value"))
  package var overrides: [String] = []

  @Option(help: ArgumentHelp("How progress is shown on standard error.", valueName: "style"))
  package var progress = ProgressChoice.auto

  @Flag(help: "Discards the work of an interrupted run instead of resuming it.")
  package var force = false

  @Flag(
    help: "Counts work of another build as another program's, even if its results are the same.")
  package var strictProgram = false

  @Flag(help: "Waits where another run holds the artifact or an input, instead of ending with 75.")
  package var wait = false

  @Option(
    help: ArgumentHelp(
      "At most so many threads, where the result does not depend on their number.",
      discussion: """
        The sums of train and predict do: these two take compute.threads. Without the option, every \
        stage takes compute.threads, or one per processor.
        """, valueName: "number"))
  package var threads: Int?

  package init() {}

  /// - Throws: `ValidationError` for a number of threads below 1.
  package func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be 1 or more.") }
  }
}

/// `--progress`: a bar on a terminal, a plain line now and then elsewhere, or a choice.
package enum ProgressChoice: String, CaseIterable, ExpressibleByArgument, Sendable {
  case auto
  case bar
  case plain
  case none

  var style: ProgressMeter.Style {
    switch self {
    case .auto: isatty(STDERR_FILENO) == 1 ? .bar : .plain
    case .bar: .bar
    case .plain: .plain
    case .none: .none
    }
  }
}

extension CommandConfiguration {
  /// What `--help` of a stage executable says.
  ///
  /// - Parameter example: the options after the executable's name.
  package static func stage(_ stage: Stage, abstract: String, example: String) -> Self {
    CommandConfiguration(
      commandName: "ichor-\(stage.rawValue)", abstract: abstract,
      discussion: """
        EXAMPLE: ichor-\(stage.rawValue) \(example)

        Results go to standard output, everything else to standard error. Exit status: 0 done, \
        64 usage, 65 bad data, 66 input missing, 70 internal, 73 can't create, 74 I/O, 75 busy, \
        78 configuration; 124 at train.stop_after, 130 and 143 after SIGINT and SIGTERM, with work \
        kept.
        """,
      version: IchorVersion.current)
  }
}
