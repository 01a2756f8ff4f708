import ArgumentParser
import Diagnostics
import PipelineDriver

extension StageGraph.Format: ExpressibleByArgument {}

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Prints the graph of the stages, colored by their states.",
    discussion: "EXAMPLE: ./ichor graph --format dot | dot -Tsvg > graph.svg")

  @Option(help: "The language of the drawing program.")
  var format = StageGraph.Format.mermaid

  @Flag(help: "Leave out the states of the artifacts.")
  var plain = false

  @OptionGroup var options: PipelineOptions

  func run() throws {
    let pipeline = try options.pipeline()
    let statuses = plain ? [] : try StalenessCheck(pipeline).statuses()
    try StandardStream.output.write(
      pipeline.graph.drawn(as: format, statuses: statuses) + "\n")
  }
}
