import ArgumentParser
import Diagnostics
import PipelineDriver

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Says what a run would do and why; changes nothing.",
    discussion: """
      Items, time and disk space are estimated from earlier runs of the same kind; “?” where there \
      were none.

      EXAMPLE: ./ichor plan --set split.fold=1
      """)

  @Argument(help: ArgumentHelp("STAGE or STAGE/INSTANCE; all if none given.", valueName: "stage"))
  var instances: [String] = []

  @OptionGroup var options: PipelineOptions
  @OptionGroup var strictness: ProgramStrictness

  @Flag(help: "Plan as “run --force” would run.")
  var force = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let pipeline = try options.pipeline(strictProgram: strictness.strictProgram)
    let plan = try RunPlan(pipeline, named: instances, force: force)
    try StandardStream.output.write((json ? plan.json.line : plan.text) + "\n")
  }
}
