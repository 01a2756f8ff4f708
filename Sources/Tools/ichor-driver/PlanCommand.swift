import ArgumentParser
import Diagnostics
import PipelineDriver

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Says what a run would do and why; changes no artifact.",
    discussion: """
      Items, time and disk space are estimated from earlier runs of the same kind. What never ran is \
      estimated from a few steps of its networks and some slices, which take seconds and are remembered \
      for this machine; “?” where that says nothing. The last line compares the room on the disk that the run needs with what is free.

      EXAMPLE: ./ichor plan --set split.fold=1
      """)

  @Argument(
    help: ArgumentHelp("STAGE or STAGE/INSTANCE; all if none given.", valueName: "stage"),
    completion: .instances)
  var instances: [String] = []

  @OptionGroup var options: PipelineOptions
  @OptionGroup var strictness: ProgramStrictness

  @Flag(help: "Plan as “run --force” would run.")
  var force = false

  @Flag(help: "Estimate from what is known, and measure nothing.")
  var noMeasuring = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let pipeline = try options.pipeline(strictProgram: strictness.strictProgram)
    var plan = try RunPlan(pipeline, named: instances, force: force)
    if !noMeasuring, MachineMeasurement.isWanted(for: plan), MachineMeasurement.run(for: pipeline) {
      plan = try RunPlan(pipeline, named: instances, force: force)
    }
    if json { return try StandardStream.output.write(plan.json.line + "\n") }
    let room = RoomEstimate(plan, in: pipeline).lines
    try StandardStream.output.write(([plan.text] + room).joined(separator: "\n") + "\n")
  }
}
