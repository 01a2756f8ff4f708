import ArgumentParser
import Augmentation
import Benchmarks
import Diagnostics
import Foundation
import PipelineContract
import Vocabulary

struct LoaderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loader", abstract: "Times loading, decoding and augmenting of pictures.",
    discussion: "Example: ichor-bench loader --artifact artifacts/convert/train --size 224")

  @Option(help: "A converted collection of three windows.") var artifact: String
  @Option(help: "Edge length of the pictures, one of those that were converted.") var size = 224
  @Option(help: "Worker threads.") var threads = 1
  @Option(help: "Pictures per round.") var images = 1000
  @Option(help: "Counted rounds.") var rounds = 3
  @Flag(help: "Leaves out the augmentation.") var plain = false
  @Flag(help: "Prints one JSON object.") var json = false

  func validate() throws {
    let sizes = PictureSize.allowed
    if !sizes.contains(size) || threads < 1 || images < 1 || rounds < 1 {
      throw ValidationError(
        "--size must be \(sizes.lowerBound) to \(sizes.upperBound), and --threads, --images and "
          + "--rounds at least 1")
    }
  }

  func run() throws {
    let result = try LoaderBenchmark.run(
      LoaderBenchmark.Setup(
        artifact: URL(filePath: artifact), size: size, threads: threads, images: images,
        rounds: rounds, augmentation: plain ? nil : .report2019))
    try StandardStream.output.write(result.text(asJSON: json))
  }
}
