import ArgumentParser
import PipelineContract
import ToolCommand

/// The driver: brings the pipeline's artifacts up to date and reports on them.
@main
struct Ichor: RootCommand {
  static let configuration = CommandConfiguration(
    commandName: "ichor",
    abstract: "Finds intracranial haemorrhage on head CT: a pipeline from DICOM files to a report.",
    discussion: """
      EXAMPLE: ./ichor run

      Exit status: 0 done, 64 usage, 65 bad data, 66 input missing, 70 internal, 73 can't create, \
      74 I/O, 75 busy, 78 configuration; 124 at train.stop_after, 130 and 143 after SIGINT and \
      SIGTERM, with work kept.
      """,
    version: IchorVersion.current,
    subcommands: [
      RunCommand.self, PlanCommand.self, StatusCommand.self, ShowCommand.self, GraphCommand.self,
      RunsCommand.self, DiffCommand.self, RestoreCommand.self, VerifyCommand.self,
      CleanCommand.self,
      CompletionCommand.self, TestCommand.self, BenchCommand.self, ProbeCommand.self,
    ])
}
