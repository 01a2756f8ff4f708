import ArgumentParser
import PipelineContract
import ToolCommand

/// Looks inside files and models, for tests and for people who have doubts.
@main
struct IchorProbe: RootCommand {
  static var computes: Bool { true }

  static let configuration = CommandConfiguration(
    commandName: "ichor-probe",
    abstract: "Looks inside DICOM files, models and augmentation.",
    discussion: "Example: ichor-probe dicom slice.dcm --hu slice.f32",
    version: IchorVersion.current,
    subcommands: [
      DicomCommand.self, ForwardCommand.self, GradientsCommand.self, StepsCommand.self,
      AugmentCommand.self, VerifyResumeCommand.self,
    ])
}
