import ArgumentParser
import Diagnostics
import PipelineDriver

extension StageGraph.Format: ExpressibleByArgument {}

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Prints the graph of the stages.",
    discussion: "EXAMPLE: ./ichor graph --format dot | dot -Tsvg > graph.svg")

  @Option(help: "The language of the drawing program.")
  var format = StageGraph.Format.mermaid

  @OptionGroup var options: PipelineOptions

  func run() throws {
    try StandardStream.output.write(options.pipeline().graph.drawn(as: format) + "\n")
  }
}
