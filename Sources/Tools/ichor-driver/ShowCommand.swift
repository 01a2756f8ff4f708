import ArgumentParser
import Diagnostics
import Foundation
import PipelineDriver

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows everything known about a slice, or sums up an artifact.",
    discussion: """
      Without an argument, lists every artifact.

      EXAMPLE: ./ichor show ID_0000f1657 --extract /tmp/pictures
      """)

  @Argument(
    help: ArgumentHelp("A slice's ID, or STAGE[/INSTANCE].", valueName: "what"),
    completion: .instances)
  var subject: String?

  @Option(
    help: ArgumentHelp("Write the slice's PNGs into this folder.", valueName: "folder"),
    completion: .directory)
  var extract: String?

  @OptionGroup var options: PipelineOptions

  func run() throws {
    let folder = extract.map { URL(fileURLWithPath: $0) }
    let text = try Showing(options.pipeline()).text(for: subject, extractingTo: folder)
    try StandardStream.output.write("\(text)\n")
  }
}
