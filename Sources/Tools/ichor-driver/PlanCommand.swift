import ArgumentParser
import Diagnostics
import PipelineDriver

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Says what a run would do and why; changes nothing.",
    discussion: """
      Items, time and disk space are estimated from earlier runs; “?” where there were none.

      EXAMPLE: ./ichor plan --set split.fold=1
      """)

  @Argument(help: ArgumentHelp("STAGE or STAGE/INSTANCE; all if none given.", valueName: "stage"))
  var instances: [String] = []

  @OptionGroup var options: PipelineOptions

  @Flag(help: "Plan as “run --force” would run.")
  var force = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let plan = try RunPlan(options.pipeline(), named: instances, force: force)
    try StandardStream.output.write((json ? plan.json.line : plan.text) + "\n")
  }
}
