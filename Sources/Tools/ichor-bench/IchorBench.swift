import ArgumentParser
import PipelineContract
import ToolCommand

/// Measures how fast parts of Ichor are on this machine.
@main
struct IchorBench: RootCommand {
  static var computes: Bool { true }

  static let configuration = CommandConfiguration(
    commandName: "ichor-bench",
    abstract: "Measures how fast parts of Ichor are on this machine.",
    discussion: "Example: ichor-bench train --model resnet50 --size 224 --batch 16 --json",
    version: IchorVersion.current,
    subcommands: [
      TrainCommand.self, PredictCommand.self, GroupsCommand.self,
      LoaderCommand.self, ConvertCommand.self, MachineCommand.self,
    ])
}
