import ArgumentParser
import Benchmarks
import Diagnostics
import Foundation
import OperatingSystem
import PipelineConfiguration
import PipelineContract
import Vocabulary

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Times the conversion of a folder of DICOM files, without repairs.",
    discussion: "Example: ichor-bench convert --dicom artifacts/phantom/train --profile")

  @Option(help: "The folder of DICOM files.") var dicom: String
  @Option(help: "Edge lengths of the pictures, with commas between them.") var sizes = "224,112"
  @Option(help: "One to three windows, with commas between them, or hu16.")
  var windows = WindowName.brain.rawValue
  @Option(help: "Threads; default: one per processor.") var threads: Int?
  @Option(help: "Counted conversions of the whole folder.") var rounds = 3
  @Option(help: "Leaves the last artifact in this folder, which must not exist yet.")
  var output: String?
  @Flag(help: "Adds the milliseconds per slice by step.") var profile = false
  @Flag(help: "Prints one JSON object.") var json = false

  private var edges: [Int] { sizes.split(separator: ",").compactMap { Int($0) } }

  func validate() throws {
    if threads ?? 1 < 1 || rounds < 1 {
      throw ValidationError("--threads and --rounds must be at least 1")
    }
    let allowed = PictureSize.allowed
    if edges.map(String.init).joined(separator: ",") != sizes || !edges.allSatisfy(allowed.contains)
    {
      throw ValidationError(
        "--sizes must be whole numbers from \(allowed.lowerBound) to \(allowed.upperBound), "
          + "such as 224,112")
    }
    if let output, FileManager.default.fileExists(atPath: output) {
      throw ValidationError("--output \(output) exists already")
    }
  }

  func run() throws {
    let result = try ConversionBenchmark.run(
      ConversionBenchmark.Setup(
        collection: URL(filePath: dicom),
        sizes: edges, content: try PictureContent(argument: windows),
        threads: threads ?? MachineLimits.processors, rounds: rounds,
        output: output.map { URL(filePath: $0) }),
      profile: profile)
    try StandardStream.output.write(result.text(asJSON: json))
  }
}
