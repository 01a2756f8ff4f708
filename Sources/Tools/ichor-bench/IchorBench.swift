import ArgumentParser
import Foundation
import PipelineContract

/// Measures how fast parts of Ichor are on this machine.
@main
struct IchorBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ichor-bench",
    abstract: "Measures how fast parts of Ichor are on this machine.",
    discussion: "Example: ichor-bench train --model resnet50 --size 224 --batch 16 --json",
    subcommands: [
      TrainCommand.self, PredictCommand.self, GroupsBenchmarkCommand.self,
      LoaderBenchmarkCommand.self, ConvertBenchmarkCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      guard let failure = ProgramFailure(of: error) else {
        exit(withError: error)
      }
      FileHandle.standardError.write(Data("\(failure.line(program: "ichor-bench"))\n".utf8))
      Foundation.exit(failure.status.rawValue)
    }
  }
}

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Times training steps on a synthetic batch.")
  @OptionGroup var options: NetworkBenchmarkOptions

  func run() throws { try options.run(.train) }
}

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Times predictions of a synthetic batch.")
  @OptionGroup var options: NetworkBenchmarkOptions

  func run() throws { try options.run(.predict) }
}
